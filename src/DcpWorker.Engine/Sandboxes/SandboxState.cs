namespace DcpWorker.Engine.Sandboxes;

/// <summary>Where a <see cref="Sandbox"/> is in its life. It may become <see cref="Terminated"/> from anywhere.</summary>
public enum SandboxState
{
    /// <summary>Connected; the set-up files are running.</summary>
    Unready,

    /// <summary>Asked to describe itself.</summary>
    Readying,

    /// <summary>May be assigned to a job.</summary>
    Ready,

    /// <summary>Given a job; not yet answered.</summary>
    Assigning,

    /// <summary>Belongs to a job for the rest of its life; may take a slice.</summary>
    Assigned,

    /// <summary>Set aside for a slice that is about to start.</summary>
    Reserved,

    /// <summary>Computes a slice.</summary>
    Working,

    /// <summary>Gone for good.</summary>
    Terminated,
}
