namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>Somebody uses this machine: one of its sessions is not idle.</summary>
internal sealed record UserActiveCondition : IPauseCondition
{
    // each look starts a program
    public TimeSpan Interval => TimeSpan.FromSeconds(15);

    public async Task<PauseFinding> LookAsync(MachineSensors sensors, TimeProvider time, CancellationToken ct) =>
        new(await sensors.IsUserActiveAsync(ct).ConfigureAwait(false) ? PauseVerdict.Pause : PauseVerdict.Resume, null);
}
