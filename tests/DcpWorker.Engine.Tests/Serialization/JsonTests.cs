using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class JsonTests
{
    private static readonly JsValue Recorded = Vectors.Load("json.json");

    public static TheoryData<string, string> Texts => Pairs(Recorded["texts"]);

    public static TheoryData<string> Refused => new(((JsArray)Recorded["refused"]).Strings());

    [Fact]
    public void Numbers_print_as_node_prints_them()
    {
        IReadOnlyList<JsValue> numbers = Vectors.List(Recorded["numbers"]);
        Assert.InRange(numbers.Count, 800, 2000);
        foreach (JsValue entry in numbers)
        {
            (string bits, string text) = (((JsArray)entry)[0].AsString()!, ((JsArray)entry)[1].AsString()!);
            double number = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            Assert.Equal(text, EcmaNumber.ToText(number));
            if (double.IsFinite(number))
            {
                Assert.Equal(number, JsonReader.Parse(text).AsNumber());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_prints_again_as_node_prints_it(string source, string printed)
    {
        Assert.Equal(printed, JsonWriter.Write(JsonReader.Parse(source)));
        Assert.Equal(printed, JsonWriter.Write(JsonReader.Parse(printed)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_node_refuses_is_refused(string source) => Assert.Throws<SerializationException>(() => JsonReader.Parse(source));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Nesting_is_bounded(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Equal(Nested(1000), JsonWriter.Write(JsonReader.Parse(Nested(1000))));
        Assert.Throws<SerializationException>(() => JsonReader.Parse(Nested(JsonReader.MaxDepth + 1)));
        Assert.Throws<SerializationException>(() => JsonReader.Parse(Nested(1_000_000)));
        Assert.Throws<SerializationException>(() => JsonReader.Parse(string.Concat(Enumerable.Repeat(open, 1_000_000))));
    }

    [Fact]
    public void A_cycle_is_refused_when_written()
    {
        JsObject cycle = [];
        cycle["self"] = new JsArray(cycle);
        Assert.Throws<SerializationException>(() => JsonWriter.Write(cycle));
    }

    [Fact]
    public void Members_are_found_as_their_source_text()
    {
        Dictionary<string, string> members = JsonReader.ReadMemberTexts(" { \"a\" : [1.0, \"\\u00e9\" ] ,\"b\":{\"c\":-0}, \"a\":2.50 } ");
        Assert.Equal("2.50", members["a"]);
        Assert.Equal("{\"c\":-0}", members["b"]);
        Assert.Throws<SerializationException>(() => JsonReader.ReadMemberTexts("{\"a\":1}x"));
        Assert.Throws<SerializationException>(() => JsonReader.ReadMemberTexts("[]"));
    }

    [Fact]
    public void Classes_print_as_javascript_prints_them()
    {
        JsObject all = new()
        {
            ["undefined"] = JsValue.Undefined,
            ["symbol"] = new JsSymbol("x"),
            ["date"] = new JsDate(0),
            ["invalid"] = new JsDate(double.NaN),
            ["url"] = new JsUrl("http://h/p"),
            ["map"] = new JsMap(),
            ["typed"] = new JsTypedArray(TypedArrayKind.Int8Array, [255, 1]),
            ["buffer"] = new JsTypedArray(TypedArrayKind.Buffer, [1]),
            ["boxed"] = new JsBoxed("x"),
            ["address"] = new JsInstance("dcpEth$$Address", "0x1"),
            ["array"] = new JsArray(JsValue.Undefined, null, double.NaN),
        };
        Assert.Equal(
            """{"date":"1970-01-01T00:00:00.000Z","invalid":null,"url":"http://h/p","map":{},"typed":{"0":-1,"1":1},"buffer":{"type":"Buffer","data":[1]},"boxed":"x","address":"0x1","array":[null,null,null]}""",
            JsonWriter.Write(all));
        Assert.Throws<SerializationException>(() => JsonWriter.Write(new JsBigInt(1)));
    }

    [Fact]
    public void Random_text_comes_back_whatever_it_holds()
    {
        Random random = new(9);
        for (int i = 0; i < 5000; i++)
        {
            string text = RandomValues.Text(random, loneSurrogates: true);
            string quoted = JsonWriter.Quote(text);
            Assert.Equal(text, JsonReader.Parse(quoted).AsString());

            // and it is valid Unicode, which a socket can carry
            Assert.Equal(quoted, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(quoted)));
        }
    }

    [Theory]
    [InlineData("2023-11-14T22:13:20.000Z", 1700000000000)]
    [InlineData("1970-01-01T00:00:00.000Z", 0)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("0000-03-01T00:00:00.000Z", -62162035200000)]
    [InlineData("-000001-12-31T00:00:00.000Z", -62167305600000)]
    [InlineData("+275760-09-13T00:00:00.000Z", 8640000000000000)]
    [InlineData("-271821-04-20T00:00:00.000Z", -8640000000000000)]
    [InlineData("2024-02-29T12:00:00.001Z", 1709208000001)]
    public void Dates_have_the_iso_form_of_javascript(string text, long milliseconds)
    {
        Assert.Equal(text, new JsDate(milliseconds).ToIsoString());
        Assert.Equal(milliseconds, JsDate.Parse(text).Milliseconds);
    }

    private static TheoryData<string, string> Pairs(JsValue list)
    {
        TheoryData<string, string> pairs = [];
        foreach (JsValue pair in Vectors.List(list))
        {
            pairs.Add(((JsArray)pair)[0].AsString()!, ((JsArray)pair)[1].AsString()!);
        }

        return pairs;
    }
}
