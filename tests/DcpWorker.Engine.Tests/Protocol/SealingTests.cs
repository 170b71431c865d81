using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class SealingTests
{
    private static readonly string Sealed = SealedMessage.Seal(Peers.InitiatorKey, "{\"a\":1}");

    [Fact]
    public void What_is_sealed_opens()
    {
        SealedMessage message = SealedMessage.Open(Sealed);
        Assert.Equal(Peers.InitiatorKey.Address, message.Owner);
        Assert.Equal("{\"a\":1}", message.BodyText);
        Assert.Equal(1, message.Body["a"].AsInt32());
    }

    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":2}")]
    [InlineData("{\"a\":1}", "{\"a\":1.0}")]
    [InlineData("{\"a\":1}", "{\"a\": 1}")]
    [InlineData("{\"a\":1}", "{\"a\":1},\"body\":{\"a\":1}")]
    [InlineData("0x19E7", "0x1563")]
    [InlineData("\"owner\"", "\"owned\"")]
    [InlineData("\"signature\"", "\"sig\"")]
    [InlineData("\"body\"", "\"bodies\"")]
    [InlineData("{\"a\":1}", "1")]
    [InlineData("{\"a\":1}", "[]")]
    [InlineData("{\"a\":1}}", "{\"a\":1}")]
    [InlineData("\"Buffer\",\"data\":[", "\"Buffer\",\"data\":[300,")]
    [InlineData("\"v\":2", "\"v\":9")]
    public void What_was_tampered_with_is_refused(string original, string replacement)
    {
        string tampered = Sealed.Replace(original, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Sealed, tampered);
        Assert.Equal("EINVAL", Assert.Throws<ProtocolException>(() => SealedMessage.Open(tampered)).Code);
    }

    [Fact]
    public void A_signature_is_over_the_text_as_it_came_not_as_we_would_print_it()
    {
        string text = "{\"2\":\"\\u00e9\\/\",\"1\":120.0 }";
        Assert.Equal(text, SealedMessage.Open(SealedMessage.Seal(Peers.InitiatorKey, text)).BodyText);
    }

    [Fact]
    public void A_body_that_is_not_the_last_member_is_found()
    {
        JsValue parts = JsonReader.Parse(Sealed);
        string reordered = $"{{\"body\":{{\"a\":1}},\"owner\":{JsonWriter.Write(parts["owner"])},\"signature\":{JsonWriter.Write(parts["signature"])}}}";
        Assert.Equal("{\"a\":1}", SealedMessage.Open(reordered).BodyText);
    }

    [Fact]
    public void Garbage_is_refused()
    {
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            char[] text = Sealed.ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(128);
            string garbage = new(text);
            try
            {
                Assert.Equal("{\"a\":1}", SealedMessage.Open(garbage).BodyText);
            }
            catch (ProtocolException e)
            {
                Assert.Equal("EINVAL", e.Code);
            }
        }
    }

    [Theory]
    [InlineData("{\"ttl\":120,\"time\":1000000}", "EINVAL")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":120,\"time\":\"1000000\"}", "EINVAL")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":120,\"time\":1000601}", "ETIMETRAVEL")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":120,\"time\":999279}", "EEXPIRED")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":10000,\"time\":998799}", "EEXPIRED")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":1,\"time\":999384}", "EEXPIRED")]
    [InlineData("null", "EINVAL")]
    public void A_request_out_of_its_time_is_refused(string validity, string code) =>
        Assert.Equal(code, Assert.Throws<ProtocolException>(() => new RequestValidity(new StampMemory()).Check(JsonReader.Parse(validity), 1_000_000)).Code);

    [Theory]
    [InlineData("{\"stamp\":\"s\",\"ttl\":120,\"time\":1000599}")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":120,\"time\":999281}")]
    [InlineData("{\"stamp\":\"s\",\"time\":999281}")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":1,\"time\":999386}")]
    [InlineData("{\"stamp\":\"s\",\"ttl\":10000,\"time\":998801}")]
    public void A_request_within_its_time_is_taken_once(string validity)
    {
        RequestValidity check = new(new StampMemory());
        check.Check(JsonReader.Parse(validity), 1_000_000);
        Assert.Equal("EDUP", Assert.Throws<ProtocolException>(() => check.Check(JsonReader.Parse(validity), 1_000_000)).Code);
    }

    [Fact]
    public void Stamps_are_forgotten_when_they_expire_and_beyond_the_bound()
    {
        StampMemory memory = new(capacity: 3);
        Assert.True(memory.Add("a", 10, 0));
        Assert.False(memory.Add("a", 10, 10));
        Assert.True(memory.Add("a", 30, 11));
        Assert.True(memory.Add("b", 30, 11));
        Assert.True(memory.Add("c", 30, 11));
        Assert.True(memory.Add("d", 30, 11));
        Assert.False(memory.Add("d", 30, 11));
        Assert.True(memory.Add("a", 30, 11));
    }
}
