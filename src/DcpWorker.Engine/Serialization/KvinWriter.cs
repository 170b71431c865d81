using System.Globalization;
using System.Runtime.CompilerServices;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// Writes KVIN, the form in which data travel through the protocol, with the choices of npm kvin 9.0.0, except where
/// its own reader gets them wrong: what is referred to again behind a Map, or a Set itself, is repeated instead (unless it
/// contains itself), and arrays keep -0, holes beside objects, and named properties.
/// </summary>
public sealed partial class KvinWriter
{
    /// <summary>How many values one call looks at, repeated ones each time, before it gives up.</summary>
    private const int MaxValues = 20_000_000;

    /// <summary>Islands and runs from this length on are themselves prepared.</summary>
    private const int ScanThreshold = 8;

    private readonly Dictionary<JsValue, int> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<JsValue> _open = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<JsValue> _notRaw = new(ReferenceEqualityComparer.Instance);
    private int _seenCount;
    private int _firstMap = int.MaxValue;
    private int _values;

    private KvinWriter()
    {
    }

    /// <summary>
    /// The marshaled object <c>{"_serializeVerId":"v9","what":…}</c>, made to be printed by <see cref="JsonWriter"/>. It may share
    /// parts with <paramref name="value"/>.
    /// </summary>
    /// <exception cref="SerializationException">Nested too deeply, or too large.</exception>
    public static JsObject Marshal(JsValue value, KvinVersion version = KvinVersion.V9) => new()
    {
        ["_serializeVerId"] = "v" + ((int)version).ToString(CultureInfo.InvariantCulture),
        ["what"] = new KvinWriter().Prepare(value, 0),
    };

    /// <summary>The KVIN text of <paramref name="value"/>.</summary>
    /// <exception cref="SerializationException">Nested too deeply, or too large.</exception>
    public static string Serialize(JsValue value, KvinVersion version = KvinVersion.V9) => JsonWriter.Write(Marshal(value, version));

    private JsValue Prepare(JsValue value, int depth)
    {
        if (depth > KvinReader.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException($"The value cannot be written as KVIN: it is nested deeper than {KvinReader.MaxDepth} levels.");
        }

        Count();
        switch (value)
        {
            case JsNumber number:
                return PrepareNumber(number);
            case JsBigInt big:
                return new JsObject { ["bigint"] = big.ToString() };
            case JsUndefined:
                return new JsObject { ["undefined"] = true };
            case JsSymbol symbol:
                return Known(symbol) ?? new JsObject { ["symbol"] = symbol.Description ?? "" };
        }

        if (IsRaw(value, depth))
        {
            return new JsObject { ["raw"] = value };
        }

        JsObject o = (JsObject)value;
        if (Known(o) is { } reference)
        {
            return reference;
        }

        _open.Add(o);
        try
        {
            return PrepareObject(o, depth);
        }
        finally
        {
            _open.Remove(o);
        }
    }

    // What nests most has a method of its own, since the frame of the other is large.
    private JsObject PrepareObject(JsObject o, int depth) => o is JsArray array
        ? PrepareArray(array.Items, array, depth)
        : o.GetType() == typeof(JsObject) ? PreparePlainObject(o, depth) : PrepareClass(o, depth);

    private JsObject PreparePlainObject(JsObject o, int depth) =>
        new() { ["ctr"] = KvinConstructors.Object, ["ps"] = PrepareProperties(o, depth) };

    private JsObject PrepareClass(JsObject o, int depth) => o switch
    {
        JsTypedArray view => PackedBytes.Write(view),
        JsMap map => PrepareMap(map, depth),
        JsSet set => new JsObject { ["set"] = PrepareArray([.. set.Elements], null, depth) },
        JsBoxed boxed => new JsObject { ["ctr"] = BoxLabel(boxed), ["arg"] = boxed.ToString() },
        JsRegExp expression => new JsObject { ["ctr"] = KvinConstructors.RegExp, ["args"] = new JsArray(expression.Source, expression.Flags) },
        JsError error => new JsObject { ["ctr"] = "Error", ["ps"] = PrepareErrorProperties(error, depth), ["arg"] = error.Message },
        JsPromise promise => new JsObject { [promise.IsRejected ? "reject" : "resolve"] = Prepare(promise.Outcome, depth + 1) },
        JsFunction function => new JsObject
        {
            ["ctr"] = KvinConstructors.Function,
            ["ps"] = PrepareProperties(o, depth),
            ["fnName"] = function.FunctionName,
            ["arg"] = function.Source,
        },
        JsDate date => new JsObject { ["ctr"] = KvinConstructors.Date, ["ps"] = PrepareProperties(o, depth), ["arg"] = date.ToIsoString() },
        JsUrl url => new JsObject { ["ctr"] = KvinConstructors.Url, ["ps"] = PrepareProperties(o, depth), ["arg"] = url.Href },
        JsInstance instance => PrepareInstance(instance, depth),
        _ => throw new InvalidOperationException($"There is no KVIN form of {o.GetType().Name}."),
    };

    private static JsValue PrepareNumber(JsNumber number) => !double.IsFinite(number.Value)
        ? new JsObject { ["number"] = number.ToString() }
        : number.Value == 0 && double.IsNegative(number.Value) ? new JsObject { ["json"] = "-0" } : number;

    private static int BoxLabel(JsBoxed boxed) => boxed.Primitive switch
    {
        JsNumber => KvinConstructors.Number,
        JsString => KvinConstructors.String,
        _ => KvinConstructors.Boolean,
    };

    private JsObject PrepareInstance(JsInstance instance, int depth)
    {
        JsObject prepared = new() { ["ctr"] = instance.ClassName, ["ps"] = PrepareProperties(instance, depth) };
        if (instance.Arguments.Count == 1)
        {
            prepared["arg"] = instance.Arguments[0];
        }
        else if (instance.Arguments.Count > 1)
        {
            prepared["args"] = new JsArray(instance.Arguments);
        }

        return prepared;
    }

    private JsObject PrepareProperties(JsObject o, int depth)
    {
        JsObject properties = [];
        foreach ((string name, JsValue value) in o.InJsOrder())
        {
            properties[name] = Prepare(value, depth + 1);
        }

        return properties;
    }

    private JsObject PrepareErrorProperties(JsError error, int depth)
    {
        JsObject properties = [];
        foreach (string name in (IEnumerable<string>)["code", "stack", "lineNumber", "fileName", .. error.InJsOrder().Select(p => p.Key)])
        {
            if (error.Has(name) && !properties.Has(name))
            {
                properties[name] = Element(error[name], depth);
            }
        }

        return properties;
    }

    private JsObject PrepareMap(JsMap map, int depth)
    {
        _firstMap = Math.Min(_firstMap, _seen[map]);
        JsObject prepared = new()
        {
            ["mapKeys"] = PrepareArray([.. map.Entries.Select(e => e.Key)], null, depth),
            ["mapVals"] = PrepareArray([.. map.Entries.Select(e => e.Value)], null, depth),
        };
        if (map.Count > 0)
        {
            prepared["ps"] = PrepareProperties(map, depth);
        }

        return prepared;
    }

    /// <summary>A reference to what was written before; null when it was not, or is better written again.</summary>
    private JsObject? Known(JsValue value)
    {
        if (_seen.TryGetValue(value, out int index) && (_open.Contains(value) || (index <= _firstMap && value is not JsSet)))
        {
            return new JsObject { ["seen"] = index };
        }

        _seen[value] = _seenCount++;
        return null;
    }

    /// <summary>
    /// Whether the value may be written as it is: primitives, and plain objects without a cycle that have only such members
    /// and no array but the empty one.
    /// </summary>
    private bool IsRaw(JsValue value, int depth)
    {
        switch (value)
        {
            case JsNull or JsString or JsBoolean:
                return true;
            case JsNumber number:
                return double.IsFinite(number.Value);
            case JsArray array:
                return array.Items.Count == 0 && array.Count == 0;
        }

        if (value.GetType() != typeof(JsObject) || depth > KvinReader.MaxDepth || _notRaw.Contains(value))
        {
            return false;
        }

        // While its members are looked at it counts as not raw, so that a cycle ends here.
        _notRaw.Add(value);
        foreach ((_, JsValue member) in (JsObject)value)
        {
            Count();
            if (!IsRaw(member, depth + 1))
            {
                return false;
            }
        }

        _notRaw.Remove(value);
        return true;
    }

    private void Count()
    {
        if (++_values > MaxValues)
        {
            throw new SerializationException($"The value cannot be written as KVIN: it has more than {MaxValues} parts, counting shared parts each time.");
        }
    }
}
