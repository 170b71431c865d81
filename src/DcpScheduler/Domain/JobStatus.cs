namespace DcpScheduler.Domain;

/// <summary>The life of a job. Its numbers are stored.</summary>
internal enum JobStatus
{
    /// <summary>Work is handed out, or would be.</summary>
    Running = 0,

    /// <summary>All results are there and no more slices will come.</summary>
    Finished = 1,

    /// <summary>Cancelled by its owner, or given up.</summary>
    Cancelled = 2,
}
