using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>One line of the log. Its text is one line already, without control characters and secrets (<see cref="LogText"/>).</summary>
/// <param name="Time">When it was said.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Category">The part of the program that says it, for example <c>Supervisor</c>.</param>
/// <param name="Text">What it says.</param>
public sealed record LogEntry(DateTimeOffset Time, LogLevel Level, string Category, string Text)
{
    /// <summary>Number of the kind of line; 0 when it has none.</summary>
    public int Id { get; init; }

    /// <summary>The event of a worker that the line is about, as JSON; null for every other line.</summary>
    public JsObject? Event { get; init; }
}
