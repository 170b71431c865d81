using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>Reads the few KVIN forms that scheduler configurations are made of; URLs and addresses become their text.</summary>
internal static class MarshaledConfiguration
{
    public static JsValue Read(string text)
    {
        JsValue marshaled = JsonReader.Parse(text);
        return marshaled["_serializeVerId"].AsString() is "v8" or "v9"
            ? Value(marshaled["what"])
            : throw new SerializationException("Not a KVIN text of version 8 or 9.");
    }

    private static JsValue Value(JsValue prepared)
    {
        if (prepared is not JsObject o)
        {
            return prepared;
        }

        if (o.Has("raw"))
        {
            return o["raw"];
        }

        if (o["arr"] is JsArray array)
        {
            return new JsArray(array.Items.Select(i => i is null ? null : Value(i)));
        }

        if (o.Has("arg"))
        {
            return o["arg"];
        }

        JsObject result = [];
        if (o["ps"] is JsObject properties)
        {
            foreach ((string name, JsValue value) in properties)
            {
                result[name] = Value(value);
            }
        }

        return result;
    }
}
