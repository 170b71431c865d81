using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.Control;

/// <summary>One line to a control socket.</summary>
internal sealed record ControlRequest
{
    /// <summary>Version of the protocol; a server answers its own and refuses others.</summary>
    public int V { get; init; } = ControlProtocol.Version;

    /// <summary>What is asked for: see <see cref="ControlProtocol"/>.</summary>
    public string Op { get; init; } = "";

    /// <summary>Id of the worker that is meant; another one refuses. Process numbers are used again.</summary>
    public string? Worker { get; init; }

    /// <summary>stop: at once.</summary>
    public bool Now { get; init; }

    /// <summary>pause: what becomes of slices in sandboxes.</summary>
    public PauseMode Mode { get; init; }

    /// <summary>pause: why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>wait: until this state, or a later one.</summary>
    public WorkerState State { get; init; }

    /// <summary>suspend, resume of an inet-daemon: which evaluators.</summary>
    public IReadOnlyList<PeerConnection>? Connections { get; init; }
}
