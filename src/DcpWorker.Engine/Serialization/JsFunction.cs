namespace DcpWorker.Engine.Serialization;

/// <summary>A function, as its source text. Nothing here ever runs it.</summary>
public sealed class JsFunction(string name, string source) : JsObject
{
    /// <summary>The function's name; empty when it has none.</summary>
    public string FunctionName { get; } = name;

    /// <summary>The source text.</summary>
    public string Source { get; } = source;

    /// <summary>The source text: JavaScript peers read a function as a boxed string of it.</summary>
    public override string AsString() => Source;

    /// <inheritdoc/>
    public override string ToString() => Source;
}
