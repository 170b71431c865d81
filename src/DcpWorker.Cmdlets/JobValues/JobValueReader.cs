using System.Collections.Specialized;
using System.Management.Automation;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.JobValues;

/// <summary>
/// Values of a job as PowerShell's data, as <see cref="JobValueWriter"/> takes them: objects as PSCustomObject, or as a dictionary where
/// names differ by letter case only or are PowerShell's own; typed arrays as arrays of numbers, Map as a dictionary, Set as an array; undefined as $null.
/// </summary>
internal sealed class JobValueReader
{
    // What comes from a stranger's function may be deep, and the stack is not.
    private const int MaxDepth = 500;

    // Deep enough for most results, so that objects in them are still objects after remoting.
    private const int SerializationDepth = 10;

    // Members that every object of PowerShell has already.
    private static readonly HashSet<string> TakenNames =
        new(["PSObject", "PSTypeNames", "PSBase", "PSAdapted", "PSExtended", "PSStandardMembers"], StringComparer.OrdinalIgnoreCase);

    // Shared references and circles stay what they are.
    private readonly Dictionary<JsValue, object?> _known = new(ReferenceEqualityComparer.Instance);
    private int _depth;

    private JobValueReader()
    {
    }

    /// <summary>What <paramref name="value"/> is in PowerShell.</summary>
    /// <exception cref="CmdletException">ResultTooDeep.</exception>
    public static object? Read(JsValue value)
    {
        object? read = new JobValueReader().Convert(value);
        if (read is PSObject custom)
        {
            custom.Members.Add(new PSMemberSet("PSStandardMembers", [new PSNoteProperty("SerializationDepth", SerializationDepth)]));
        }

        return read;
    }

    private object? Convert(JsValue value) => value switch
    {
        JsUndefined or JsNull => null,
        JsBoolean b => b.Value,
        JsString s => s.Value,
        // As PowerShell reads a number that is written the same.
        JsNumber n when IsWhole(n.Value, int.MaxValue) => (int)n.Value,
        JsNumber n when IsWhole(n.Value, 1L << 53) => (long)n.Value,
        JsNumber n => n.Value,
        JsBigInt n => n.Value,
        JsDate date => (object?)LocalDate.Of(date) ?? date.ToIsoString(),
        JsBoxed boxed => Convert(boxed.Primitive),
        JsUrl url => Uri.TryCreate(url.Href, UriKind.Absolute, out Uri? uri) ? uri : url.Href,
        JsTypedArray array => Elements(array),
        JsRegExp or JsFunction or JsSymbol => value.ToString(),
        JsInstance { Arguments: [JsString text] } => text.Value,
        JsObject o => _known.TryGetValue(o, out object? known) ? known : Inside(o),
        _ => value.ToString(),
    };

    private object? Inside(JsObject o)
    {
        if (++_depth > MaxDepth)
        {
            throw new CmdletException("ResultTooDeep", ErrorCategory.InvalidData, $"A result is nested more than {MaxDepth} levels deep.");
        }

        object? converted = o switch
        {
            JsArray array => Items(array, array.Items),
            JsSet set => Items(set, set.Elements),
            JsMap map => Entries(map),
            JsPromise promise => Convert(promise.Outcome),
            JsError error => Members(error, [.. Told(error)]),
            _ => Members(o, [.. o.InJsOrder()]),
        };
        _depth--;
        return converted;
    }

    private object?[] Items(JsObject source, IEnumerable<JsValue?> items)
    {
        object?[] converted = new object?[items.Count()];
        _known[source] = converted;
        int i = 0;
        foreach (JsValue? item in items)
        {
            converted[i++] = Convert(item ?? JsValue.Undefined);
        }

        return converted;
    }

    private OrderedDictionary Entries(JsMap map)
    {
        OrderedDictionary converted = [];
        _known[map] = converted;
        foreach ((JsValue key, JsValue value) in map.Entries)
        {
            // A dictionary takes no null for a key.
            converted[Convert(key) ?? ""] = Convert(value);
        }

        return converted;
    }

    // Name and message of an error are none of its own properties.
    private static IEnumerable<KeyValuePair<string, JsValue>> Told(JsError error) =>
        [new("name", error.Name), new("message", error.Message), .. error.InJsOrder().Where(p => p.Key is not ("name" or "message"))];

    private object Members(JsObject source, IReadOnlyList<KeyValuePair<string, JsValue>> members)
    {
        // Properties of PowerShell's objects have a name, which does not depend on letter case.
        HashSet<string> names = new(TakenNames, StringComparer.OrdinalIgnoreCase);
        if (!members.All(m => m.Key.Length > 0 && names.Add(m.Key)))
        {
            OrderedDictionary dictionary = new(StringComparer.Ordinal);
            _known[source] = dictionary;
            foreach ((string name, JsValue value) in members)
            {
                dictionary[name] = Convert(value);
            }

            return dictionary;
        }

        PSObject converted = new();
        _known[source] = converted;
        foreach ((string name, JsValue value) in members)
        {
            converted.Properties.Add(new PSNoteProperty(name, Convert(value)));
        }

        return converted;
    }

    private static bool IsWhole(double number, double most) =>
        number == Math.Floor(number) && Math.Abs(number) <= most && !(number == 0 && double.IsNegative(number));

    private static Array Elements(JsTypedArray array) => array.Kind switch
    {
        TypedArrayKind.Int8Array => Elements<sbyte>(array),
        TypedArrayKind.Int16Array => Elements<short>(array),
        TypedArrayKind.Uint16Array => Elements<ushort>(array),
        TypedArrayKind.Int32Array => Elements<int>(array),
        TypedArrayKind.Uint32Array => Elements<uint>(array),
        TypedArrayKind.Float32Array => Elements<float>(array),
        TypedArrayKind.Float64Array => Elements<double>(array),
        TypedArrayKind.BigInt64Array => Elements<long>(array),
        TypedArrayKind.BigUint64Array => Elements<ulong>(array),
        TypedArrayKind.Float16Array => Elements<Half>(array).Select(h => (float)h).ToArray(),
        _ => array.Bytes.ToArray(),
    };

    private static T[] Elements<T>(JsTypedArray array)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(array.Bytes).ToArray();
}
