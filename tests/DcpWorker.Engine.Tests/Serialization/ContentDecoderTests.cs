using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class ContentDecoderTests
{
    [Fact]
    public void Plain_text_is_a_string_whatever_its_parameters() =>
        Assert.Equal(new JsString("é"), ContentDecoder.Decode("Text/Plain; charset=\"UTF-8\"", "é"u8));

    [Fact]
    public void Latin_1_text_is_decoded_as_such() =>
        Assert.Equal(new JsString("é"), ContentDecoder.Decode("text/plain;charset=iso-8859-1", [0xe9]));

    [Fact]
    public void A_byte_order_mark_is_not_text() =>
        Assert.Equal(new JsString("x"), ContentDecoder.Decode("text/plain", [0xef, 0xbb, 0xbf, (byte)'x']));

    [Fact]
    public void Other_text_is_boxed_with_its_charset()
    {
        JsBoxed boxed = Assert.IsType<JsBoxed>(ContentDecoder.Decode("text/html;charset=UTF-8", "<b>"u8));
        Assert.Equal("<b>", boxed.AsString());
        Assert.Equal("utf-8", boxed["charset"].AsString());
    }

    [Fact]
    public void Json_and_kvin_are_decoded()
    {
        Assert.Equal(1, ContentDecoder.Decode("application/json; charset=utf-8", "{\"a\":1}"u8)["a"].AsInt32());
        Assert.IsType<JsDate>(ContentDecoder.Decode("application/x-kvin", Encoding.UTF8.GetBytes(KvinWriter.Serialize(new JsDate(0)))));
    }

    [Fact]
    public void Anything_else_is_bytes_with_its_type()
    {
        JsTypedArray bytes = Assert.IsType<JsTypedArray>(ContentDecoder.Decode("image/png", [1, 255]));
        Assert.Equal([1, 255], bytes.Bytes.ToArray());
        Assert.Equal("image/png", bytes["contentType"].AsString());
    }
}
