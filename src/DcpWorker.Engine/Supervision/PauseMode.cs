namespace DcpWorker.Engine.Supervision;

/// <summary>What becomes of the slices in the sandboxes while a worker is paused. Slices that wait go back to the scheduler in any case.</summary>
public enum PauseMode
{
    /// <summary>They are finished, within <see cref="SupervisorTuning.PauseGrace"/>; what takes longer goes back to the scheduler.</summary>
    Finish,

    /// <summary>
    /// Their processes and the clocks that run against them are stopped, and go on when the worker does. Those that have not
    /// begun, and all of them after <see cref="SupervisorTuning.MaxSuspension"/>, go back to the scheduler. Where evaluators cannot be
    /// stopped (on another machine, say) this is <see cref="Finish"/>, with a warning.
    /// </summary>
    Suspend,

    /// <summary>Their sandboxes are ended, and they go back to the scheduler at once.</summary>
    Stop,
}
