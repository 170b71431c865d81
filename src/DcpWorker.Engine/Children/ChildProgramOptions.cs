namespace DcpWorker.Engine.Children;

/// <summary>How a program is started here.</summary>
public sealed record ChildProgramOptions
{
    /// <summary>Whether it runs as an unprivileged user when this process is root.</summary>
    public bool IsUnprivileged { get; init; }

    /// <summary>Takes each line of its stdout, on a thread of the pool, one after the other.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Takes each line of its stderr, on a thread of the pool, one after the other.</summary>
    public Action<string>? OnErrorLine { get; init; }
}
