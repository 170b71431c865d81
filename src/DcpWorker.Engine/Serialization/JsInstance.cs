namespace DcpWorker.Engine.Serialization;

/// <summary>
/// An object of a class that is known by name only (<c>dcpEth$$Address</c>, <c>BigNumber</c>…): the constructor's
/// arguments, which are JSON values, and properties. Nothing is ever constructed from it.
/// </summary>
public sealed class JsInstance : JsObject, IJsonForm
{
    private static readonly HashSet<string> PrintedAsArgument = new(StringComparer.Ordinal) { "dcpEth$$Address", "dcpUrl$$DcpURL", "BigNumber" };

    /// <summary>An object of class <paramref name="className"/>.</summary>
    public JsInstance(string className, params IEnumerable<JsValue> arguments) => (ClassName, Arguments) = (className, [.. arguments]);

    /// <summary>The class as the sender calls it.</summary>
    public string ClassName { get; }

    /// <summary>The constructor's arguments.</summary>
    public IReadOnlyList<JsValue> Arguments { get; }

    /// <summary>The only argument when it is a string; what the classes of DCP consist of.</summary>
    public override string? AsString() => Arguments is [JsString text] ? text.Value : null;

    /// <inheritdoc/>
    public override string ToString() => $"{ClassName}({string.Join(", ", Arguments)})";

    JsValue IJsonForm.ToJson()
    {
        if (Arguments.Count == 1 && PrintedAsArgument.Contains(ClassName))
        {
            return Arguments[0];
        }

        JsObject plain = [];
        foreach ((string name, JsValue value) in this)
        {
            plain[name] = value;
        }

        return plain;
    }
}
