namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>Where a slice is in its life on this worker.</summary>
internal enum SliceState
{
    /// <summary>It waits for a sandbox.</summary>
    Ready,

    /// <summary>A sandbox is being made for it, or computes it.</summary>
    Working,

    /// <summary>It is computed; the scheduler has not acknowledged its result yet.</summary>
    Computed,

    /// <summary>Its result was acknowledged, or it was returned.</summary>
    Finished,
}
