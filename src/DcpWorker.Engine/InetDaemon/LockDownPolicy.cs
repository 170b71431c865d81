namespace DcpWorker.Engine.InetDaemon;

/// <summary>What an inet-daemon does about the lock-down of its evaluators before it offers any.</summary>
public enum LockDownPolicy
{
    /// <summary>It is verified; nothing is offered unless it holds.</summary>
    Required,

    /// <summary>It is verified; evaluators without it are offered too, and a warning says so.</summary>
    Optional,

    /// <summary>It is not looked at: the program that is started is none that locks itself down.</summary>
    Unchecked,
}
