namespace DcpWorker.Engine.Services.Registration;

/// <summary>A service as its manager sees it at one moment.</summary>
public sealed record ServiceStatus
{
    /// <summary>Which service.</summary>
    public required DcpService Service { get; init; }

    /// <summary>Its name there: <c>dcp-sa-worker</c>, <c>dcp-inet-daemon</c>; launchd puts a domain before it.</summary>
    public required string Name { get; init; }

    /// <summary>The manager: <c>systemd</c>, <c>Windows</c> or <c>launchd</c>.</summary>
    public required string Manager { get; init; }

    /// <summary>Its state.</summary>
    public required ServiceState State { get; init; }

    /// <summary>Whether it is started with the machine.</summary>
    public bool StartsAtBoot { get; init; }

    /// <summary>Whether an administrator has forbidden it to start (systemd's mask).</summary>
    public bool IsMasked { get; init; }

    /// <summary>Its process; null when there is none.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Since when it is in this state; null when the manager does not say.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What the service itself says that it does; null when it says nothing.</summary>
    public string? StatusText { get; init; }

    /// <summary>How often it was started again after a failure; null when the manager does not count.</summary>
    public int? Restarts { get; init; }

    /// <summary>How it ended last, in the manager's words; null when there is nothing to say.</summary>
    public string? LastResult { get; init; }

    /// <summary>The file that defines it; null when there is none.</summary>
    public string? Definition { get; init; }
}
