using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// Reads KVIN of the versions v4 to v9. References are resolved by the numbering of the writer. Classes come from a fixed
/// table; any other name becomes a <see cref="JsInstance"/>. Hostile input is bounded in depth and in how much memory a short
/// text can ask for.
/// </summary>
public sealed partial class KvinReader
{
    /// <summary>How many bytes a text may occupy beyond its own size, by repetitions, lengths and gaps: 256 MiB.</summary>
    public const long DefaultMemoryLimit = 256L << 20;

    /// <summary>The deepest nesting of values; in JSON each may take two levels.</summary>
    public const int MaxDepth = JsonReader.MaxDepth / 2;

    private const int MaxBigIntDigits = 1_000_000;
    private const int SlotCost = 8;
    private const int ObjectCost = 200;

    private static readonly HashSet<string> Versions = new(StringComparer.Ordinal) { "v4", "v5", "v6", "v7", "v8", "v9" };

    private readonly List<JsValue> _seen = [];
    private readonly Budget _budget;

    private KvinReader(Budget budget) => _budget = budget;

    /// <summary>The value that a marshaled object stands for. It may share parts with <paramref name="marshaled"/>.</summary>
    /// <exception cref="SerializationException">Not KVIN, nested too deeply, or larger than <paramref name="memoryLimit"/> (bytes beyond the input's own size) allows.</exception>
    public static JsValue Unmarshal(JsValue marshaled, long memoryLimit = DefaultMemoryLimit) => Unmarshal(marshaled, new Budget(memoryLimit), 0);

    /// <summary>The value of a KVIN text.</summary>
    /// <exception cref="SerializationException">As <see cref="Unmarshal(JsValue, long)"/>; also when the text is not JSON.</exception>
    public static JsValue Deserialize(ReadOnlySpan<char> text, long memoryLimit = DefaultMemoryLimit) => Unmarshal(JsonReader.Parse(text), memoryLimit);

    private static JsValue Unmarshal(JsValue marshaled, Budget budget, int depth)
    {
        if (marshaled is not JsObject || !marshaled["_serializeVerId"].IsTruthy)
        {
            throw new SerializationException("Not KVIN: there is no _serializeVerId.");
        }

        string? version = marshaled["_serializeVerId"].AsString();
        return version is not null && Versions.Contains(version)
            ? new KvinReader(budget).Read(marshaled["what"], depth)
            : throw new SerializationException("KVIN of an unknown version: v4 to v9 can be read.");
    }

    private JsValue Read(JsValue prepared, int depth)
    {
        if (depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException($"KVIN: nested deeper than {MaxDepth} levels.");
        }

        return prepared switch
        {
            JsArray => throw new SerializationException("KVIN: an array where a prepared value should be."),
            JsObject o => ReadForm(o, depth),
            JsUndefined => throw new SerializationException("KVIN: a prepared value is missing."),
            _ => prepared,
        };
    }

    // The order of the tests is part of the format.
    private JsValue ReadForm(JsObject form, int depth)
    {
        _budget.ChargeRepeated(ObjectCost);
        string? className = form.Has("ctr") ? KvinConstructors.Resolve(form["ctr"]) : null;
        if (form.Has("raw"))
        {
            return _budget.IsRepeating ? Copy(form["raw"], depth) : form["raw"];
        }

        if (form.Has("ptv"))
        {
            return _budget.IsRepeating ? Copy(form["ptv"], depth) : form["ptv"];
        }

        if (form.Has("number"))
        {
            return ParseNumber(form["number"]);
        }

        if (form.Has("bigint"))
        {
            return ParseBigInt(form["bigint"]);
        }

        if (form.Has("fnName"))
        {
            JsFunction function = new(form["fnName"].AsString() ?? "", form["arg"].AsString() ?? "");
            return WithProperties(Register(function), form, depth);
        }

        if (form.Has("mapKeys") || form.Has("mapVals"))
        {
            return ReadMap(form, depth);
        }

        if (form.Has("ab16") || form.Has("isl16") || form.Has("ab8") || form.Has("isl8"))
        {
            return Register(ReadPackedBytes(className, form));
        }

        if (form.Has("arr"))
        {
            return ReadArray(form, Register(new JsArray()), depth);
        }

        if (className is not null)
        {
            return ReadInstance(className, form, depth);
        }

        if (form.Has("set"))
        {
            JsSet set = Register(new JsSet());
            JsArray elements = ReadArray(AsForm(form["set"]), [], depth + 1);
            set.Elements.AddRange(elements.Items.Select(i => i ?? JsValue.Undefined));
            return set;
        }

        return ReadRest(form, depth);
    }

    private JsValue ReadRest(JsObject form, int depth)
    {
        if (form.Has("json"))
        {
            return JsonReader.Parse(form["json"].AsString() ?? throw new SerializationException("KVIN: json holds no text."));
        }

        if (form.Has("undefined"))
        {
            return JsValue.Undefined;
        }

        if (form.Has("symbol"))
        {
            JsSymbol symbol = new(form["symbol"].AsString());
            _seen.Add(symbol);
            return symbol;
        }

        if (form.Has("resolve") || form.Has("reject"))
        {
            bool rejected = !form.Has("resolve");
            JsPromise promise = Register(new JsPromise(JsValue.Undefined, rejected));
            promise.Outcome = Read(form[rejected ? "reject" : "resolve"], depth + 1);
            return promise;
        }

        if (form.Has("seen"))
        {
            return form["seen"].AsInt32() is { } index && index >= 0 && index < _seen.Count
                ? _seen[index]
                : throw new SerializationException("KVIN: a reference to an object that was not written before it.");
        }

        if (form.Has("_serializeVerId"))
        {
            _seen.Add(form);
            return Unmarshal(form, _budget, depth + 1);
        }

        throw new SerializationException("KVIN: an object of no known form.");
    }

    private T Register<T>(T o)
        where T : JsObject
    {
        _seen.Add(o);
        return o;
    }

    private T WithProperties<T>(T o, JsObject form, int depth)
        where T : JsObject
    {
        if (form["ps"] is JsObject properties)
        {
            foreach ((string name, JsValue value) in properties.InJsOrder())
            {
                o[name] = Read(value, depth + 1);
            }
        }

        return o;
    }

    private JsMap ReadMap(JsObject form, int depth)
    {
        JsMap map = Register(new JsMap());
        JsArray keys = ReadArray(AsForm(form["mapKeys"]), [], depth + 1);
        JsArray values = ReadArray(AsForm(form["mapVals"]), [], depth + 1);
        for (int i = 0; i < keys.Items.Count; i++)
        {
            map.Entries.Add(new(keys[i], values[i]));
        }

        return WithProperties(map, form, depth);
    }

    private static JsObject AsForm(JsValue value) => value as JsObject ?? throw new SerializationException("KVIN: the elements of a collection are missing.");

    private static JsNumber ParseNumber(JsValue text) => new(text switch
    {
        JsNumber n => n.Value,
        _ => text.AsString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            { } digits when double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => double.NaN,
        },
    });

    private static JsBigInt ParseBigInt(JsValue text) =>
        text.AsString() is { Length: <= MaxBigIntDigits } digits && BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number)
            ? new JsBigInt(number)
            : throw new SerializationException($"KVIN: not a big integer, or one of more than {MaxBigIntDigits} digits.");

    /// <summary>A JSON value again, so that a repeated element is an object of its own.</summary>
    private JsValue Copy(JsValue value, int depth)
    {
        if (value is not JsObject original || depth > MaxDepth)
        {
            return value;
        }

        _budget.ChargeRepeated(ObjectCost);
        if (original is JsArray array)
        {
            _budget.ChargeRepeated((long)array.Items.Count * SlotCost);
            return new JsArray(array.Items.Select(i => i is null ? null : Copy(i, depth + 1)));
        }

        JsObject copy = [];
        foreach ((string name, JsValue member) in original)
        {
            _budget.ChargeRepeated(ObjectCost);
            copy[name] = Copy(member, depth + 1);
        }

        return copy;
    }
}
