using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Domain;

/// <summary>
/// A datum, argument or result as the scheduler keeps it: text with its media type, or, with no media type, the
/// address where it is. The scheduler never looks inside.
/// </summary>
internal readonly record struct StoredValue(string Text, string? MediaType)
{
    /// <summary>Whether it is elsewhere.</summary>
    public bool IsAddress => MediaType is null;

    /// <summary>The stored form.</summary>
    public JsObject ToJs() => new() { ["text"] = Text, ["type"] = MediaType };

    /// <summary>Reads the stored form.</summary>
    public static StoredValue FromJs(JsValue stored) => new(stored["text"].AsString() ?? "", stored["type"].AsString());
}
