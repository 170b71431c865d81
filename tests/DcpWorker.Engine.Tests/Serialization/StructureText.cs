using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

/// <summary>A value as text in the notation of tests/Interop/kvin-roundtrip.js: a cycle as the number of levels up, everything else in full.</summary>
internal static class StructureText
{
    public static string Of(JsValue value) => Of(value, []);

    private static string Of(JsValue? value, List<JsValue> path)
    {
        switch (value)
        {
            case null:
                return "hole";
            case JsString text:
                return JsonWriter.Quote(text.Value);
            case JsNumber number:
                return number.Value == 0 && double.IsNegative(number.Value) ? "-0" : number.ToString();
            case JsBigInt big:
                return big + "n";
            case JsSymbol symbol:
                return "symbol " + JsonWriter.Quote(symbol.Description ?? "");
            case not JsObject:
                return value.ToString()!;
        }

        if (path.IndexOf(value) is >= 0 and int at)
        {
            return "^" + (path.Count - at);
        }

        List<JsValue> inner = [.. path, value];
        string Show(JsValue? member) => Of(member, inner);
        (string kind, string content) = value switch
        {
            JsArray array => ("Array", string.Join(',', array.Items.Select(Show))),
            JsMap map => ("Map", string.Join(',', map.Entries.Select(e => Show(e.Key) + "=>" + Show(e.Value)))),
            JsSet set => ("Set", string.Join(',', set.Elements.Select(Show))),
            JsDate date => ("Date", date.ToString()),
            JsRegExp expression => ("RegExp", expression.ToString()),
            JsUrl url => ("URL", url.Href),
            JsError error => ("Error", JsonWriter.Quote(error.Message)),
            JsTypedArray view => (view.Kind.ToString(), Convert.ToHexStringLower(view.Bytes)),
            JsBoxed boxed => (boxed.Primitive is JsNumber ? "Number" : boxed.Primitive is JsString ? "String" : "Boolean", Show(boxed.Primitive)),
            _ => ("Object", ""),
        };
        IEnumerable<string> members = ((JsObject)value).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + ":" + Show(p.Value));
        return $"{kind}({content}){{{string.Join(',', members)}}}";
    }
}
