using DcpEvaluator.Native;

namespace DcpEvaluator.Hosting;

/// <summary>
/// Lines, the timer and the engine's own tasks, until the input ends. Runs locked down, so nothing here may allocate
/// managed memory: see <see cref="Diagnostics"/>.
/// </summary>
internal sealed unsafe class EventLoop(ScriptEngine engine)
{
    private readonly LineBuffer _lines = new();

    public void Run()
    {
        Posix.PollDescriptor* ready = stackalloc Posix.PollDescriptor[2];
        ready[0] = new() { Descriptor = Posix.StandardInput, Events = Posix.PollIn };
        ready[1] = new() { Descriptor = engine.WakeDescriptor, Events = Posix.PollIn };
        bool open = true;
        while (open)
        {
            if (Posix.Wait(ready, 2, Patience()) < 0)
            {
                Diagnostics.Fail(ExitCode.InternalFault, "poll() failed"u8);
            }

            if (ready[1].Returned != 0 || engine.TaskDelay == 0)
            {
                engine.RunTasks();
            }

            if (engine.Timer != 0 && engine.Timer <= Now())
            {
                engine.FireTimer();
            }

            if (ready[0].Returned != 0)
            {
                open = _lines.Fill();
                HandleLines();
            }
        }
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    // Rounded up: a timer that is early by a fraction of a millisecond would only have to wait again.
    private int Patience()
    {
        double timer = engine.Timer == 0 ? -1 : Math.Max(0, engine.Timer - Now());
        double task = engine.TaskDelay;
        double wait = timer < 0 ? task : task < 0 ? timer : Math.Min(timer, task);
        return wait < 0 ? -1 : (int)Math.Min(Math.Ceiling(wait), int.MaxValue);
    }

    private void HandleLines()
    {
        while (_lines.TryTake(out byte* line, out nint length))
        {
            if (engine.HandleLine(line, length) == EngineOutcome.TooLong)
            {
                Diagnostics.Fail(ExitCode.LineTooLong, "an input line is longer than a JavaScript string can be"u8);
            }
        }
    }
}
