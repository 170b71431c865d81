namespace DcpWorker.Engine.Sandboxes;

/// <summary>Time-outs and bounds of a <see cref="Sandbox"/>.</summary>
public sealed record SandboxOptions
{
    /// <summary>Unit of the time-outs of short requests: describe waits three of it, applyRequirements and resetState two. Default 10 s.</summary>
    public TimeSpan GeneralTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the attempt to connect to the end of the set-up files. Default 120 s.</summary>
    public TimeSpan CreationTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// For assign, in which the worktime starts and the work function is compiled; waiting for modules does not count.
    /// Python needs seconds. Default 60 s.
    /// </summary>
    public TimeSpan AssignTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence between calls of <c>progress()</c>. Default 300 s.</summary>
    public TimeSpan ProgressTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Longest time for one slice. Default 24 h.</summary>
    public TimeSpan SliceTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The sandbox reports progress at most once in this time. Default 0.1 s.</summary>
    public TimeSpan ProgressThrottle { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Whether a result without a single call of <c>progress()</c> is a failure, as the network's rule has it. Default true.</summary>
    public bool RequireProgress { get; init; } = true;

    /// <summary>Longest line that a sandbox may send, in bytes. Default 512 MiB.</summary>
    public int MaxLine { get; init; } = 512 << 20;

    /// <summary>Most requests of <c>fetch()</c> that one sandbox may have under way. Default 16.</summary>
    public int MaxFetches { get; init; } = 16;
}
