using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Output;

/// <summary>Shows what a work function passed to its console: strings as they are, other single values as JavaScript shows them, and everything else as JSON (KVIN where JSON would lose something).</summary>
internal static class ConsoleText
{
    public static string Of(JsValue message) => message is JsArray arguments
        ? string.Join(' ', arguments.Items.Select(i => One(i ?? JsValue.Undefined)))
        : One(message);

    private static string One(JsValue value) => value switch
    {
        JsString s => s.Value,
        JsUndefined => "undefined",
        JsNumber or JsBigInt or JsSymbol or JsRegExp or JsError => value.ToString() ?? "",
        _ => JsonWriter.Write(JsonLines.Presentable(value)),
    };
}
