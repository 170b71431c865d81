namespace DcpWorker.Engine.Serialization;

/// <summary>An array. A hole of a sparse array is a null reference in <see cref="Items"/>; named properties are those of the base.</summary>
public sealed class JsArray : JsObject
{
    /// <summary>An array of these elements.</summary>
    public JsArray(params IEnumerable<JsValue?> items) => Items = [.. items];

    /// <summary>The elements; a null reference is a hole.</summary>
    public List<JsValue?> Items { get; }

    /// <summary>Element <paramref name="index"/>; <see cref="JsValue.Undefined"/> when out of range or a hole.</summary>
    public JsValue this[int index] => index >= 0 && index < Items.Count ? Items[index] ?? Undefined : Undefined;

    /// <summary>Appends an element.</summary>
    public void Add(JsValue? item) => Items.Add(item);

    /// <summary>An array of strings.</summary>
    public static JsArray OfStrings(IEnumerable<string> items) => new(items.Select(JsValue? (s) => s));

    /// <summary>The elements that are strings.</summary>
    public IEnumerable<string> Strings() => Items.Select(i => i?.AsString()).OfType<string>();
}
