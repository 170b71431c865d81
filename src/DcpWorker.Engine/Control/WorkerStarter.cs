namespace DcpWorker.Engine.Control;

/// <summary>What started a worker.</summary>
public enum WorkerStarter
{
    /// <summary>The program <c>dcp-worker</c>, by hand or by another program.</summary>
    Program,

    /// <summary>The service manager of the system.</summary>
    Service,

    /// <summary>A PowerShell pipeline that somebody waits for.</summary>
    PowerShell,

    /// <summary>A PowerShell job.</summary>
    Job,
}
