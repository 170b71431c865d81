using DcpWorker.Engine.Limits;

namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>The load average of the last minute: how many processes wanted a processor, evaluators included.</summary>
/// <param name="Above">It pauses above this.</param>
/// <param name="Below">It resumes below this, which is no more.</param>
/// <param name="PerCore">Whether both are for each core that this process may use.</param>
internal sealed record LoadCondition(double Above, double Below, bool PerCore) : IPauseCondition
{
    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public Task<PauseFinding> LookAsync(MachineSensors sensors, TimeProvider time, CancellationToken ct)
    {
        double load = sensors.LoadAverage() / (PerCore ? AvailableCores.Count : 1);
        PauseVerdict verdict = load > Above ? PauseVerdict.Pause : load < Below ? PauseVerdict.Resume : PauseVerdict.Stay;
        return Task.FromResult(new PauseFinding(verdict, FormattableString.Invariant($"it is {load:0.00}")));
    }
}
