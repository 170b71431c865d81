using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets;

/// <summary>A service of this computer as its service manager sees it.</summary>
public sealed record ServiceInfo
{
    /// <summary>Which one: Worker or InetDaemon.</summary>
    public required DcpService Name { get; init; }

    /// <summary>Its state.</summary>
    public required ServiceState State { get; init; }

    /// <summary>Whether it starts with the computer.</summary>
    public required ServiceStartup StartupType { get; init; }

    /// <summary>Its process; null when there is none.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTime? Since { get; init; }

    /// <summary>What it says that it does.</summary>
    public string? Status { get; init; }

    /// <summary>How often it was started again after a failure.</summary>
    public int? Restarts { get; init; }

    /// <summary>How it ended last, when there is something to say about that.</summary>
    public string? LastResult { get; init; }

    /// <summary>Its name at the service manager: dcp-sa-worker, dcp-inet-daemon.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The service manager: systemd, Windows or launchd.</summary>
    public required string Manager { get; init; }

    /// <summary>The file that defines it.</summary>
    public string? Definition { get; init; }

    internal static ServiceInfo Of(ServiceStatus status) => new()
    {
        Name = status.Service,
        State = status.State,
        StartupType = status.State == ServiceState.NotInstalled ? ServiceStartup.None : status.StartsAtBoot ? ServiceStartup.Automatic : ServiceStartup.Manual,
        ProcessId = status.ProcessId,
        Since = status.Since?.LocalDateTime,
        Status = status.StatusText,
        Restarts = status.Restarts,
        LastResult = status.LastResult,
        ServiceName = status.Name,
        Manager = status.Manager,
        Definition = status.Definition,
    };
}
