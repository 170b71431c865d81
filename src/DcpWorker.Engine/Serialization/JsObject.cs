using System.Collections;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// A plain object: named properties in the order in which they were first set. Heirs are the built-in classes
/// that KVIN knows. Compared by identity.
/// </summary>
public class JsObject : JsValue, IEnumerable<KeyValuePair<string, JsValue>>
{
    private static readonly OrderedDictionary<string, JsValue> None = new(StringComparer.Ordinal);

    // most arrays and instances of classes have no named property
    private OrderedDictionary<string, JsValue> _properties = None;

    /// <summary>How many own properties there are.</summary>
    public int Count => _properties.Count;

    /// <summary>Names of the own properties in order of insertion.</summary>
    public IEnumerable<string> Names => _properties.Keys;

    /// <inheritdoc/>
    public override JsValue this[string name]
    {
        get => _properties.TryGetValue(name, out JsValue? value) ? value : Undefined;
        set
        {
            if (ReferenceEquals(_properties, None))
            {
                _properties = new OrderedDictionary<string, JsValue>(StringComparer.Ordinal);
            }

            _properties[name] = value ?? Null;
        }
    }

    /// <summary>Sets a property; here so that collection initialisers work.</summary>
    public void Add(string name, JsValue value) => this[name] = value;

    /// <summary>Whether there is an own property of that name, even an undefined one.</summary>
    public bool Has(string name) => _properties.ContainsKey(name);

    /// <summary>Removes a property; false when there was none.</summary>
    public bool Remove(string name) => _properties.Remove(name);

    /// <summary>
    /// The properties in the order in which JavaScript enumerates them: array indices ascending, then the rest as
    /// inserted (ECMA-262, OrdinaryOwnPropertyKeys).
    /// </summary>
    public IEnumerable<KeyValuePair<string, JsValue>> InJsOrder()
    {
        List<(uint Index, KeyValuePair<string, JsValue> Property)>? indexed = null;
        foreach (KeyValuePair<string, JsValue> property in _properties)
        {
            if (TryParseIndex(property.Key, out uint index))
            {
                (indexed ??= []).Add((index, property));
            }
        }

        if (indexed is null)
        {
            return _properties;
        }

        indexed.Sort((a, b) => a.Index.CompareTo(b.Index));
        return indexed.Select(i => i.Property).Concat(_properties.Where(p => !TryParseIndex(p.Key, out _)));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, JsValue>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a name is an array index: "0" … "4294967294" without leading zeros.</summary>
    internal static bool TryParseIndex(string name, out uint index)
    {
        index = 0;
        if (name.Length is 0 or > 10 || (name[0] == '0' && name.Length > 1))
        {
            return false;
        }

        ulong value = 0;
        foreach (char c in name)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (uint)(c - '0');
        }

        index = (uint)value;
        return value < uint.MaxValue;
    }
}
