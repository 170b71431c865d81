using System.Text;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class SigningTests
{
    public static TheoryData<int, string> Recorded => Vectors.Cases(Vectors.Protocol("signing"), "signedText");

    public static TheoryData<int, string> Derived => Vectors.Cases(Vectors.Protocol("addressDerivation"), "address");

    public static TheoryData<int, string> Addresses => Vectors.Cases(Vectors.Protocol("addressParsing"), "input");

    public static TheoryData<int, string> Keys => Vectors.Cases(Vectors.Protocol("privateKeyParsing"), "ok");

    public static TheoryData<int, string> Joins => Vectors.Cases(Vectors.Protocol("joinHash"), "joinKey");

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_text_is_signed_as_recorded_and_the_signer_recovered(int index, string label)
    {
        _ = label;
        JsValue vector = Vectors.List(Vectors.Protocol("signing"))[index];
        string text = vector["signedText"].AsString()!;
        using PrivateKey key = PrivateKey.Parse(vector["privateKey"].AsString());
        Assert.Equal(vector["signedTextUtf8Length"].AsInt32(), Encoding.UTF8.GetByteCount(text));
        Assert.Equal(vector["hash"].AsString(), Convert.ToHexStringLower(PersonalMessage.Hash(text)));
        Signature signature = key.Sign(text);
        Assert.Equal(vector["r"].AsString(), Convert.ToHexStringLower(signature.R));
        Assert.Equal(vector["s"].AsString(), Convert.ToHexStringLower(signature.S));
        Assert.Equal(vector["v"].AsInt32(), signature.V);
        Assert.Equal(vector["signatureJson"].AsString(), JsonWriter.Write(signature.ToJs()));
        Assert.Equal(vector["owner"].AsString(), Signature.FromJs(JsonReader.Parse(vector["signatureJson"].AsString()))!.Recover(text)!.ToString());
    }

    [Theory]
    [MemberData(nameof(Derived))]
    public void An_address_follows_from_the_key(int index, string address)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("addressDerivation"))[index];
        using PrivateKey key = PrivateKey.Parse(vector["privateKey"].AsString());
        Assert.Equal(address, key.Address.ToString());
        Assert.Equal(vector["keccakOfXY"].AsString(), Convert.ToHexStringLower(Keccak256.Hash(Convert.FromHexString(vector["publicKeyXY"].AsString()!))));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Addresses_are_read_as_recorded(int index, string input)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("addressParsing"))[index];
        Assert.Equal(vector["ok"].AsBoolean(), Address.TryParse(vector["input"].AsString(), out Address? address));
        Assert.Equal(vector["address"].AsString(), address?.ToString());
        if (address is null)
        {
            Assert.Throws<KeyFormatException>(() => Address.Parse(input));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Private_keys_are_read_as_recorded(int index, string ok)
    {
        string input = Vectors.List(Vectors.Protocol("privateKeyParsing"))[index]["input"].AsString()!;
        if (ok == "true")
        {
            using PrivateKey key = PrivateKey.Parse(input);
            Assert.Equal("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A", key.Address.ToString());
        }
        else
        {
            Assert.DoesNotContain(input, Assert.Throws<KeyFormatException>(() => PrivateKey.Parse(input)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Numbers_outside_of_the_order_are_no_keys(string digits) =>
        Assert.Throws<KeyFormatException>(() => PrivateKey.Parse(digits));

    [Fact]
    public void A_request_is_authorised_as_recorded()
    {
        JsValue vector = Vectors.Protocol("authorisedRequest");
        using PrivateKey resource = PrivateKey.Parse(vector["resourceKey"].AsString());
        string text = vector["payloadText"].AsString()!;
        Assert.Equal(vector["payloadHash"].AsString(), Convert.ToHexStringLower(PersonalMessage.Hash(text)));
        Signature proof = resource.Sign(text);
        Assert.Equal(vector["auth"]["r"].AsString(), Convert.ToHexStringLower(proof.R));
        Assert.Equal(vector["auth"]["s"].AsString(), Convert.ToHexStringLower(proof.S));
        Assert.Equal(vector["auth"]["v"].AsInt32(), proof.V);
        Assert.Equal(resource.Address, proof.Recover(text));
    }

    [Theory]
    [MemberData(nameof(Joins))]
    public void A_join_hash_is_the_recorded_one(int index, string joinKey)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("joinHash"))[index];
        Assert.Equal(vector["joinHash"].AsString(), JoinHash.Compute(joinKey, vector["joinSecret"].AsString()));
    }

    [Fact]
    public void The_hash_of_a_session_is_the_recorded_one()
    {
        JsValue vector = Vectors.Protocol("joinHashHash");
        string session = vector["dcpsid"].AsString()!;
        string demo = vector["groups"]["dcpDemo"].AsString()!;
        Assert.Equal(vector["result"] is JsArray list ? list[0]["joinHashHash"].AsString() : null, JoinHash.ForSession(session, demo));
        Assert.Equal(((JsArray)vector["result"])[2]["joinHashHash"].AsString(), JoinHash.ForSession(session, JoinHash.Compute("public", null)));
    }

    [Fact]
    public void Signatures_that_no_key_makes_recover_nothing()
    {
        byte[] zero = new byte[32];
        byte[] one = [.. new byte[31], 1];
        byte[] five = [.. new byte[31], 5];
        byte[] order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        Assert.Null(new Signature(zero, one, 27).Recover("x"));
        Assert.Null(new Signature(one, zero, 27).Recover("x"));
        Assert.Null(new Signature(order, one, 27).Recover("x"));
        Assert.Null(new Signature(one, order, 27).Recover("x"));
        Assert.Null(new Signature(one, one, 26).Recover("x"));
        Assert.Null(new Signature(one, one, 31).Recover("x"));
        Assert.Null(new Signature(one, one, int.MinValue).Recover("x"));

        // 5 is not the abscissa of any point
        Assert.Null(new Signature(five, one, 27).Recover("x"));

        // r + order is beyond the field
        Assert.Null(new Signature(Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"), one, 29).Recover("x"));
    }

    [Fact]
    public void A_key_never_prints_itself_and_is_gone_when_disposed_of()
    {
        PrivateKey key = PrivateKey.Parse(new string('1', 64));
        Assert.Equal("private key of 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A", key.ToString());
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign("x"));
    }
}
