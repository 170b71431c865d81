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

    /// <summary>
    /// The value when JSON can hold it, else its KVIN form. JSON holds what reads the same afterwards: 0 stands for -0, a member that is
    /// undefined is left out, and dates, URLs, boxed values and views of bytes are what <c>JSON.stringify</c> makes of them.
    /// </summary>
    public static JsValue Presentable(JsValue value)
    {
        if (IsPrinted(value) && IsHeld(value))
        {
            return value;
        }

        // what nests very deeply has a KVIN form that nests too deeply to be printed; JSON with a loss is better than nothing
        JsObject kvin = KvinWriter.Marshal(value);
        return IsPrinted(kvin) || !IsPrinted(value) ? kvin : value;
    }

    private static bool IsPrinted(JsValue value)
    {
        try
        {
            JsonWriter.Write(value);
            return true;
        }
        catch (SerializationException)
        {
            return false;
        }
    }

    /// <summary>Whether a value loses nothing by being printed. It has been, and so has an end.</summary>
    private static bool IsHeld(JsValue value) => value switch
    {
        JsNull or JsString or JsBoolean => true,
        JsNumber number => double.IsFinite(number.Value),
        JsArray array => array.Count == 0 && array.Items.All(item => item is not null && IsHeld(item)),
        JsDate { Milliseconds: double.NaN } or JsTypedArray { Kind: TypedArrayKind.DataView, Length: > 0 } => false,

        // further properties of these are lost in KVIN, too
        JsTypedArray or JsBoxed => IsHeld(((IJsonForm)value).ToJson()),
        JsDate or JsUrl => ((JsObject)value).Count == 0,
        JsInstance instance => IsHeld(instance),
        JsObject plain => plain.GetType() == typeof(JsObject) && plain.All(member => member.Value is JsUndefined || IsHeld(member.Value)),
        _ => false,
    };

    private static bool IsHeld(JsInstance instance)
    {
        JsValue form = ((IJsonForm)instance).ToJson();
        return instance.Arguments is [JsValue only] && ReferenceEquals(form, only) ? instance.Count == 0 : instance.Arguments.Count == 0 && IsHeld(form);
    }
}
