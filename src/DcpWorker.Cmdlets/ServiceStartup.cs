namespace DcpWorker.Cmdlets;

/// <summary>When a service is started.</summary>
public enum ServiceStartup
{
    /// <summary>Never: it is not installed.</summary>
    None,

    /// <summary>With the computer.</summary>
    Automatic,

    /// <summary>When somebody starts it.</summary>
    Manual,
}
