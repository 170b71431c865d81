namespace DcpWorker.Engine.Supervision;

/// <summary>States of a worker; it goes through them once, in this order, save that it may be paused and go on any number of times.</summary>
public enum WorkerState
{
    /// <summary>Made, not yet run.</summary>
    Initial,

    /// <summary>Finding the scheduler, connecting, starting the first sandbox.</summary>
    Starting,

    /// <summary>Fetching and computing.</summary>
    Working,

    /// <summary>Fetching nothing and starting nothing until it is resumed; what is in the sandboxes is dealt with as <see cref="PauseMode"/> says.</summary>
    Paused,

    /// <summary>Finishing (or dropping) what is in the sandboxes and returning the rest.</summary>
    Stopping,

    /// <summary>At its end; a new worker is needed to go on.</summary>
    Stopped,
}
