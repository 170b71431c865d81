namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>Hours of the week, by the clock of this machine.</summary>
/// <param name="Days">For each day from Sunday on whether the hours begin on it.</param>
/// <param name="From">When they begin.</param>
/// <param name="To">When they end: on the next day when that is earlier.</param>
internal sealed record HoursCondition(bool[] Days, TimeSpan From, TimeSpan To) : IPauseCondition
{
    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public Task<PauseFinding> LookAsync(MachineSensors sensors, TimeProvider time, CancellationToken ct) =>
        Task.FromResult(new PauseFinding(Contains(time.GetLocalNow().DateTime) ? PauseVerdict.Pause : PauseVerdict.Resume, null));

    internal bool Contains(DateTime local)
    {
        TimeSpan clock = local.TimeOfDay;
        return From < To
            ? On(local) && clock >= From && clock < To
            : (On(local) && clock >= From) || (On(local.AddDays(-1)) && clock < To);
    }

    private bool On(DateTime day) => Days[(int)day.DayOfWeek];
}
