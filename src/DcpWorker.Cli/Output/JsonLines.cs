using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cli.Output;

/// <summary>Writes JSON objects to stdout, one a line, each at once.</summary>
internal static class JsonLines
{
    private static readonly Lock Gate = new();

    public static void Write(JsObject o)
    {
        string line = JsonWriter.Write(o);
        lock (Gate)
        {
            Console.Out.WriteLine(line);
        }
    }

    /// <summary>An event: <c>time</c> and <c>event</c> (the kind, in camel case) first, as in all our events.</summary>
    public static JsObject Event(DateTimeOffset time, string kind) => EventJson.Create(time, kind);

    /// <summary>The value when JSON can hold it, else its KVIN form; see <see cref="EventJson.Presentable"/>.</summary>
    public static JsValue Presentable(JsValue value) => EventJson.Presentable(value);
}
