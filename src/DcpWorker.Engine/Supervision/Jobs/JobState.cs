namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>Where a job is in its life on this worker.</summary>
internal enum JobState
{
    /// <summary>Its work function and arguments are being fetched.</summary>
    Loading,

    /// <summary>Its slices can be computed.</summary>
    Ready,

    /// <summary>It is not served any more.</summary>
    Gone,
}
