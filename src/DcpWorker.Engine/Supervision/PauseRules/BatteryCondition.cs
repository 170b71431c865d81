namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>The machine runs on its battery.</summary>
internal sealed record BatteryCondition : IPauseCondition
{
    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public Task<PauseFinding> LookAsync(MachineSensors sensors, TimeProvider time, CancellationToken ct) =>
        Task.FromResult(new PauseFinding(sensors.IsOnBattery() ? PauseVerdict.Pause : PauseVerdict.Resume, null));
}
