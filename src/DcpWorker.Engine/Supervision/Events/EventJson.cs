using System.Globalization;
using System.Text.Json;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Events;

/// <summary>What the JSON forms of all our events have in common.</summary>
public static class EventJson
{
    /// <summary>An event: <c>time</c> (ISO 8601, UTC) and <c>event</c> (the kind, in camel case) first.</summary>
    public static JsObject Create(DateTimeOffset time, string kind) => new()
    {
        ["time"] = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        ["event"] = JsonNamingPolicy.CamelCase.ConvertName(kind),
    };

    /// <summary>The value when JSON can hold it, else its KVIN form.</summary>
    public static JsValue Presentable(JsValue value)
    {
        try
        {
            JsonWriter.Write(value);
            return value is JsUndefined ? JsValue.Null : value;
        }
        catch (SerializationException)
        {
            return KvinWriter.Marshal(value);
        }
    }
}
