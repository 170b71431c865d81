namespace DcpWorker.Engine.Serialization;

public sealed partial class KvinReader
{
    private JsValue ReadInstance(string className, JsObject form, int depth)
    {
        JsValue[] arguments = form["args"] is JsArray args
            ? [.. args.Items.Select(i => i ?? JsValue.Undefined)]
            : form.Has("arg") ? [form["arg"]] : [];
        if (KvinConstructors.View(className) is { } kind)
        {
            return Register(ReadNumbers(kind, arguments));
        }

        JsValue first = arguments.Length > 0 ? arguments[0] : JsValue.Undefined;
        switch (className)
        {
            case "Error":
                return ReadError(null, first, form, depth);
            case "EvalError" or "RangeError" or "ReferenceError" or "SyntaxError" or "TypeError" or "URIError" or "AggregateError":
                return ReadError(className, first, form, depth);
            case "Array":
                return ReadArrayMembers(form, Register(new JsArray()), depth);
            case "Promise":
                throw new SerializationException("KVIN: a promise without an outcome.");
            default:
                return WithProperties(Register(Construct(className, first, arguments)), form, depth);
        }
    }

    private static JsObject Construct(string className, JsValue first, JsValue[] arguments) => className switch
    {
        "Object" => [],
        "Number" => new JsBoxed(ParseNumber(first)),
        "String" => new JsBoxed(first.AsString() ?? (first is JsUndefined ? "" : JsonWriter.Write(first))),
        "Boolean" => new JsBoxed(first.AsString() is { } text ? text == "true" : first.IsTruthy),
        "Function" => new JsFunction("", first.AsString() ?? ""),
        "RegExp" => arguments.Length > 1 ? new JsRegExp(first.AsString() ?? "", arguments[1].AsString() ?? "") : ParseRegExp(first.AsString() ?? ""),
        "URL" => new JsUrl(first.AsString() ?? throw new SerializationException("KVIN: a URL without its text.")),
        "Date" => first.AsString() is { } iso ? JsDate.Parse(iso) : new JsDate(first.AsNumber() ?? double.NaN),
        "Set" => new JsSet(),
        "Map" => new JsMap(),
        _ => new JsInstance(className, arguments),
    };

    // up to v8 an expression was written as its whole text
    private static JsRegExp ParseRegExp(string text)
    {
        int end = text.LastIndexOf('/');
        return text.Length > 1 && text[0] == '/' && end > 0 ? new JsRegExp(text[1..end], text[(end + 1)..]) : new JsRegExp(text, "");
    }

    private JsError ReadError(string? name, JsValue message, JsObject form, int depth)
    {
        JsError error = Register(new JsError(message.AsString() ?? (message is JsUndefined ? "" : JsonWriter.Write(message))));
        if (name is not null)
        {
            error["name"] = name;
        }

        if (form["ps"] is JsObject properties)
        {
            foreach ((string property, JsValue value) in properties.InJsOrder())
            {
                error[property] = ReadErrorProperty(value, depth);
            }
        }

        return error;
    }

    // The original writes the properties of an error unprepared, so that its own reader fails on objects.
    private JsValue ReadErrorProperty(JsValue value, int depth)
    {
        if (value is JsArray || (value is JsObject o && !IsForm(o)))
        {
            return _budget.IsRepeating ? Copy(value, depth) : value;
        }

        return Read(value, depth + 1);
    }

    private static bool IsForm(JsObject o) =>
        o.Has("raw") || o.Has("ptv") || o.Has("number") || o.Has("bigint") || o.Has("fnName") || o.Has("mapKeys") || o.Has("ab16") || o.Has("isl16")
        || o.Has("ab8") || o.Has("isl8") || o.Has("arr") || o.Has("ctr") || o.Has("set") || o.Has("json") || o.Has("undefined") || o.Has("symbol")
        || o.Has("resolve") || o.Has("reject") || o.Has("seen") || o.Has("_serializeVerId");

    private JsTypedArray ReadNumbers(TypedArrayKind kind, JsValue[] arguments)
    {
        switch (arguments)
        {
            case []:
                return new JsTypedArray(kind, []);
            case [JsNumber { Value: var length }]:
                if (!(length >= 0) || length != Math.Floor(length))
                {
                    throw new SerializationException("KVIN: a typed array of an impossible length.");
                }

                _budget.Charge(length * JsTypedArray.SizeOf(kind));
                return new JsTypedArray(kind, new byte[(int)length * JsTypedArray.SizeOf(kind)]);
            case [JsArray numbers]:
                _budget.ChargeRepeated((double)numbers.Items.Count * JsTypedArray.SizeOf(kind));
                return JsTypedArray.FromNumbers(kind, [.. numbers.Items.Select(i => i is null or JsNull ? 0 : i.AsNumber() ?? double.NaN)]);
            default:
                throw new SerializationException("KVIN: a typed array is made of neither bytes, numbers nor a length.");
        }
    }

    private JsTypedArray ReadPackedBytes(string? className, JsObject form)
    {
        if (className is null || KvinConstructors.View(className) is not { } kind)
        {
            throw new SerializationException("KVIN: packed bytes of a class that is no typed array.");
        }

        bool words = form.Has("ab16") || form.Has("isl16");
        if (form.Has(words ? "ab16" : "ab8"))
        {
            string text = form[words ? "ab16" : "ab8"].AsString() ?? throw new SerializationException("KVIN: packed bytes are not a text.");
            _budget.ChargeRepeated(text.Length * 2.0);
            return new JsTypedArray(kind, words ? ReadWords(text, form) : PackedBytes.ReadBytes(text));
        }

        return new JsTypedArray(kind, ReadIslands(form, words));
    }

    private static byte[] ReadWords(string text, JsObject form)
    {
        byte[] bytes = new byte[(text.Length * 2) + (form.Has("eb") ? 1 : 0)];
        PackedBytes.ReadWords(text, bytes.AsSpan(0, text.Length * 2));
        ReadExtraByte(form, bytes);
        return bytes;
    }

    private byte[] ReadIslands(JsObject form, bool words)
    {
        double length = form["len"].AsNumber() ?? -1;
        if (!(length >= 0) || length != Math.Floor(length) || form[words ? "isl16" : "isl8"] is not JsArray islands)
        {
            throw new SerializationException("KVIN: islands of bytes without a list of them or without a length.");
        }

        _budget.Charge(length);
        byte[] bytes = new byte[(int)length];
        int unit = words ? 2 : 1;
        foreach (JsValue? island in islands.Items)
        {
            string text = island?["0"].AsString() ?? "";
            double at = (island?["@"].AsNumber() ?? -1) * unit;

            // the last word may stick out by the byte that is given on its own
            if (!(at >= 0) || at != Math.Floor(at) || at + ((long)text.Length * unit) > length + (unit - 1))
            {
                throw new SerializationException("KVIN: an island of bytes outside of its array.");
            }

            Span<byte> target = bytes.AsSpan((int)at);
            if (words)
            {
                PackedBytes.ReadWords(text, target[..Math.Min(text.Length * 2, target.Length)]);
            }
            else
            {
                PackedBytes.ReadBytes(text).CopyTo(target);
            }
        }

        ReadExtraByte(form, bytes);
        return bytes;
    }

    private static void ReadExtraByte(JsObject form, byte[] bytes)
    {
        if (form.Has("eb") && bytes.Length > 0)
        {
            bytes[^1] = form["eb"].AsString() is { Length: > 0 } text ? (byte)text[0] : (byte)(form["eb"].AsInt32() ?? 0);
        }
    }
}
