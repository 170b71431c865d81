namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>Something about this machine that a worker pauses for.</summary>
internal interface IPauseCondition
{
    /// <summary>How often it is worth a look.</summary>
    TimeSpan Interval { get; }

    /// <summary>Looks.</summary>
    /// <exception cref="SensorException">It cannot be told.</exception>
    Task<PauseFinding> LookAsync(MachineSensors sensors, TimeProvider time, CancellationToken ct);
}

/// <summary>What a look at the machine says.</summary>
/// <param name="Verdict">Whether to pause.</param>
/// <param name="Detail">What was seen, in words; null where the rule says it all.</param>
internal readonly record struct PauseFinding(PauseVerdict Verdict, string? Detail);

/// <summary>Whether to pause; between the two marks nothing changes.</summary>
internal enum PauseVerdict
{
    /// <summary>It is over.</summary>
    Resume,

    /// <summary>Whatever is, stays.</summary>
    Stay,

    /// <summary>It is so.</summary>
    Pause,
}
