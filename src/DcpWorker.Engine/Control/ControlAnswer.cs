namespace DcpWorker.Engine.Control;

/// <summary>One line from a control socket.</summary>
internal sealed record ControlAnswer
{
    public int V { get; init; } = ControlProtocol.Version;

    public bool Ok { get; init; }

    /// <summary>Code of the error when not <see cref="Ok"/>.</summary>
    public string? Code { get; init; }

    /// <summary>The error in words.</summary>
    public string? Message { get; init; }

    /// <summary>What a worker says of itself.</summary>
    public RunningWorker? Worker { get; init; }

    /// <summary>The evaluators that an inet-daemon was asked about, or stopped, or let go on.</summary>
    public IReadOnlyList<RunningEvaluator>? Evaluators { get; init; }

    public static ControlAnswer Error(string code, string message) => new() { Code = code, Message = message };
}
