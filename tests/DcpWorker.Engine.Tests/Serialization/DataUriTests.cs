using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class DataUriTests
{
    public static TheoryData<int, string> Encodings => Vectors.Cases(Vectors.Protocol("encodeDataURI"), "uri");

    public static TheoryData<int, string> Decodings => Vectors.Cases(Vectors.Protocol("decodeDataURI"), "uri");

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Encodes_as_the_peers_do(int index, string uri)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("encodeDataURI"))[index];
        JsValue input = vector["input"].AsString() switch
        {
            "true" => true,
            "42" => 42,
            "{ a: 1, b: [ 'x' ] }" => new JsObject { ["a"] = 1, ["b"] = new JsArray("x") },
            "{ j: 1 }" => new JsObject { ["j"] = 1 },
            "Uint8Array(3) [ 1, 2, 3 ]" => new JsTypedArray(TypedArrayKind.Uint8Array, [1, 2, 3]),
            { } text => text,
            null => throw new InvalidOperationException(uri),
        };
        Assert.Equal(vector["uri"].AsString(), DataUri.EncodeValue(input, vector["mime"].AsString()));
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Decodes_as_the_peers_do(int index, string uri)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("decodeDataURI"))[index];
        JsValue value = DataUri.Decode(vector["uri"].AsString()!);
        switch (vector["type"].AsString())
        {
            case "[object Uint8Array]":
                JsTypedArray bytes = Assert.IsType<JsTypedArray>(value);
                Assert.Equal(((JsArray)vector["value"]).Items.Select(i => (byte)i!.AsInt32()!.Value), bytes.Bytes.ToArray());
                Assert.Equal(vector["contentType"].AsString(), bytes["contentType"].AsString());
                break;
            case "[object String]":
                Assert.Equal(vector["boxed"].IsTruthy, value is JsBoxed);
                Assert.Equal(vector["value"].AsString(), value.AsString());
                Assert.Equal(vector["charset"].AsString(), value["charset"].AsString());
                break;
            default:
                Assert.True(DeepEquality.AreEqual(vector["value"], value), uri);
                break;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("data:")]
    [InlineData("http://host/x,y")]
    [InlineData("data:,%")]
    [InlineData("data:,%4")]
    [InlineData("data:,%zz")]
    [InlineData("data:,%C3")]
    [InlineData("data:,%C3%28")]
    [InlineData("data:,%ED%A0%80")]
    [InlineData("data:,%F5%80%80%80")]
    [InlineData("data:,%C0%80")]
    [InlineData("data:application/json,nope")]
    [InlineData("data:application/x-kvin,{}")]
    [InlineData("data:text/plain;base64,!!!!")]
    [InlineData("data:text/plain;charset=ebcdic;base64,aGVsbG8=")]
    public void What_is_not_a_data_uri_is_refused(string uri) => Assert.Throws<SerializationException>(() => DataUri.Decode(uri));

    [Fact]
    public void Half_a_surrogate_pair_cannot_be_escaped() => Assert.Throws<SerializationException>(() => DataUri.Encode("a\ud800b"));

    [Fact]
    public void Any_text_without_lone_surrogates_comes_back()
    {
        Random random = new(20);
        for (int i = 0; i < 2000; i++)
        {
            string text = RandomValues.Text(random, loneSurrogates: false).Replace("%", "", StringComparison.Ordinal);
            Assert.Equal(text, EcmaUri.Decode(EcmaUri.Encode(text)));
            Assert.Equal(text, DataUri.Decode(DataUri.EncodeValue(text, "text/plain;charset=utf-8;base64")).AsString());
        }
    }

    [Fact]
    public void Escaped_percent_signs_are_data()
    {
        Assert.Equal("100%25", EcmaUri.Encode("100%"));
        Assert.Equal("100%", EcmaUri.Decode("100%25"));

        // as in JavaScript: an escape of a reserved character is kept, so text that held one before encoding is not
        Assert.Equal("%2C", EcmaUri.Decode("%252C"));
        Assert.Equal("%2c", EcmaUri.Decode("%2c"));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_read_from_escapes() =>
        Assert.Equal([0xff, 0x2b, 0x41], Assert.IsType<JsTypedArray>(DataUri.Decode("data:application/octet-stream,%FF+A")).Bytes.ToArray());
}
