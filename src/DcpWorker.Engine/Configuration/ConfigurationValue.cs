using System.Globalization;
using System.Numerics;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>The encoding in which values go to configuration.js and come back: see there.</summary>
internal static class ConfigurationValue
{
    /// <summary>Encodes a value so that JSON can carry it.</summary>
    public static JsValue Encode(JsValue value) => value switch
    {
        JsUndefined => Tagged("undefined"),
        JsNumber n when !double.IsFinite(n.Value) || (n.Value == 0 && double.IsNegative(n.Value)) => Tagged("number", ("text", n.Value == 0 ? "-0" : EcmaNumber.ToText(n.Value))),
        JsBigInt b => Tagged("bigint", ("text", b.ToString())),
        JsSymbol s => Tagged("symbol", ("description", s.Description)),
        JsUrl u => Tagged("url", ("href", u.Href)),
        JsInstance { ClassName: "dcpUrl$$DcpURL" } u => Tagged("url", ("href", u.AsString())),
        JsInstance { ClassName: "dcpEth$$Address" } a => a.AsString(),
        JsRegExp r => Tagged("regexp", ("source", r.Source), ("flags", r.Flags)),
        JsArray a => new JsArray(a.Items.Select(JsValue? (i) => Encode(i ?? JsValue.Undefined))),
        JsObject o => Tagged("object", ("p", new JsArray(o.InJsOrder().Select(JsValue? (m) => new JsArray(m.Key, Encode(m.Value)))))),
        _ => value,
    };

    /// <summary>Decodes what configuration.js says.</summary>
    public static JsValue Decode(JsValue value)
    {
        if (value is JsArray array)
        {
            return new JsArray(array.Items.Select(JsValue? (i) => Decode(i ?? JsValue.Undefined)));
        }

        if (value is not JsObject)
        {
            return value;
        }

        string text = value["text"].AsString() ?? "";
        switch (value["$"].AsString())
        {
            case "undefined":
                return JsValue.Undefined;
            case "number":
                return text switch { "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, "-0" => -0.0, _ => double.NaN };
            case "bigint":
                return new JsBigInt(BigInteger.Parse(text, CultureInfo.InvariantCulture));
            case "symbol":
                return new JsSymbol(value["description"].AsString());
            case "url":
                return new JsUrl(value["href"].AsString() ?? "");
            case "regexp":
                return new JsRegExp(value["source"].AsString() ?? "", value["flags"].AsString() ?? "");
            default:
                JsObject o = [];
                foreach (JsValue? member in (value["p"] as JsArray)?.Items ?? [])
                {
                    if (member is JsArray pair)
                    {
                        o[pair[0].AsString() ?? ""] = Decode(pair[1]);
                    }
                }

                return o;
        }
    }

    private static JsObject Tagged(string tag, params ReadOnlySpan<(string Name, JsValue Value)> members)
    {
        JsObject o = new() { ["$"] = tag };
        foreach ((string name, JsValue value) in members)
        {
            o[name] = value;
        }

        return o;
    }
}
