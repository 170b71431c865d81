using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Output;

/// <summary>Shows what a work function passed to its console: strings as they are, everything else as JSON.</summary>
internal static class ConsoleText
{
    public static string Of(JsValue message) => message is JsArray arguments
        ? string.Join(' ', arguments.Items.Select(i => One(i ?? JsValue.Undefined)))
        : One(message);

    private static string One(JsValue value) => value switch
    {
        JsString s => s.Value,
        JsUndefined => "undefined",
        _ => JsonWriter.Write(JsonLines.Presentable(value)),
    };
}
