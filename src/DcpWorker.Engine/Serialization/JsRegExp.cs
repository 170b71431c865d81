namespace DcpWorker.Engine.Serialization;

/// <summary>A regular expression; only its source and flags travel.</summary>
public sealed class JsRegExp(string source, string flags) : JsObject
{
    /// <summary>The pattern, without slashes.</summary>
    public string Source { get; } = source;

    /// <summary>The flags, such as <c>gi</c>.</summary>
    public string Flags { get; } = flags;

    /// <inheritdoc/>
    public override string ToString() => $"/{Source}/{Flags}";
}
