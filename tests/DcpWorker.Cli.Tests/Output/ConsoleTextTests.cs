using DcpWorker.Engine.Serialization;
using ConsoleText = DcpWorker.Cli.Output.ConsoleText;

namespace DcpWorker.Cli.Tests.Output;

public sealed class ConsoleTextTests
{
    [Fact]
    public void Single_values_are_shown_as_JavaScript_shows_them() => Assert.Equal(
        "text NaN -Infinity undefined null 10 Symbol(s) /a/g Error: wrong",
        ConsoleText.Of(new JsArray(
            "text", double.NaN, double.NegativeInfinity, JsValue.Undefined, JsValue.Null, new JsBigInt(10), new JsSymbol("s"), new JsRegExp("a", "g"), new JsError("wrong"))));

    [Fact]
    public void Others_are_JSON_or_KVIN_where_JSON_would_lose_something()
    {
        JsArray lost = new(JsValue.Undefined);

        Assert.Equal($"{{\"a\":[1]}} {KvinWriter.Serialize(lost)}", ConsoleText.Of(new JsArray(new JsObject { ["a"] = new JsArray(1) }, lost)));
    }
}
