namespace DcpWorker.Engine.Serialization;

/// <summary>
/// An Error. Code, stack and what else travels are own properties; the class name (<c>TypeError</c>…) does not travel
/// unless it is an own property <c>name</c>.
/// </summary>
public sealed class JsError(string message) : JsObject
{
    /// <summary>The message.</summary>
    public string Message { get; } = message;

    /// <summary>The name: the own property, or <c>Error</c>.</summary>
    public string Name => this["name"].AsString() ?? "Error";

    /// <summary>The property <c>code</c>, if it is a string.</summary>
    public string? Code => this["code"].AsString();

    /// <summary>The property <c>stack</c>, if it is a string.</summary>
    public string? Stack => this["stack"].AsString();

    /// <inheritdoc/>
    public override string ToString() => Message.Length == 0 ? Name : $"{Name}: {Message}";
}
