namespace DcpWorker.Engine.Services.Registration;

/// <summary>What the service manager says of a service.</summary>
public enum ServiceState
{
    /// <summary>It does not know the service.</summary>
    NotInstalled,

    /// <summary>Known, not running, and not because something went wrong.</summary>
    Stopped,

    /// <summary>Started, not ready yet; or about to be started again after a failure.</summary>
    Starting,

    /// <summary>Running.</summary>
    Running,

    /// <summary>About to end.</summary>
    Stopping,

    /// <summary>Not running because something went wrong; it is not being started again.</summary>
    Failed,
}
