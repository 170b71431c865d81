namespace DcpWorker.Engine.Serialization;

/// <summary>Shows what a work function passed to its console: texts as they are, everything else as JSON.</summary>
public static class ConsoleText
{
    /// <summary>The text of the arguments, or of one value.</summary>
    public static string Of(JsValue arguments) => arguments is JsArray list
        ? string.Join(' ', list.Items.Select(item => item?.AsString() ?? Json(item ?? JsValue.Undefined)))
        : Json(arguments);

    // What a work function writes may be anything; what JSON cannot say, its own name says.
    private static string Json(JsValue value)
    {
        try
        {
            return JsonWriter.Write(value);
        }
        catch (SerializationException)
        {
            return value.ToString() ?? "";
        }
    }
}
