using DcpWorker.Engine.Supervision.PauseRules;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Supervision.PauseRules;

/// <summary>When rules begin and end to pause, over time.</summary>
public sealed class PauseWatchTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _root = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 7, 0, 0, TimeSpan.Zero));
    private readonly List<string> _said = [];

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Load_pauses_above_the_upper_mark_and_resumes_only_after_a_minute_below_the_lower_one()
    {
        PauseWatch watch = Watch("load > 4 resume below 2 after 1min");
        await AtLoadAsync(watch, 3.9);
        Assert.Empty(_said);
        await AtLoadAsync(watch, 4.1);
        await AtLoadAsync(watch, 6);
        Assert.Equal(["pause load > 4 resume below 2 after 1min (it is 4.10)"], _said);
        _said.Clear();

        // between the marks, and below for less than a minute: it stays paused
        await AtLoadAsync(watch, 3, 100);
        await AtLoadAsync(watch, 1.9, 10);
        await AtLoadAsync(watch, 2.5);
        await AtLoadAsync(watch, 1.9, 12);
        Assert.Empty(_said);
        await AtLoadAsync(watch, 1.9);
        Assert.Equal(["resume rule: load > 4 resume below 2 after 1min"], _said);
        _said.Clear();

        // between the marks again: it goes on working
        await AtLoadAsync(watch, 3.9, 100);
        Assert.Empty(_said);
        await AtLoadAsync(watch, 4.1);
        Assert.Single(_said);
    }

    [Fact]
    public async Task Hours_pause_and_resume_on_the_minute_of_the_machines_clock()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(1), "east", "east"));
        PauseWatch watch = Watch("hours Fri 09:00-09:10");
        int pausedAt = -1, resumedAt = -1;
        for (int seconds = 0; seconds < 7200 && resumedAt < 0; seconds += 5)
        {
            await watch.LookAsync(CancellationToken.None);
            pausedAt = pausedAt < 0 && _said is ["pause hours Fri 09:00-09:10"] ? seconds : pausedAt;
            resumedAt = _said.Count == 2 ? seconds : resumedAt;
            _time.Advance(Tick);
        }

        // 07:00 of UTC is 08:00 there
        Assert.Equal((3600, 4200), (pausedAt, resumedAt));
    }

    [Fact]
    public async Task Each_rule_holds_a_pause_of_its_own()
    {
        PauseWatch watch = Watch("battery resume after 0", "load > 4 resume after 0");
        _root.Write("sys/class/power_supply/BAT0/type", "Battery");
        _root.Write("sys/class/power_supply/BAT0/status", "Discharging");
        await AtLoadAsync(watch, 9);
        _root.Write("sys/class/power_supply/BAT0/status", "Charging");
        await AtLoadAsync(watch, 9);
        await AtLoadAsync(watch, 1);
        Assert.Equal(
            ["pause battery resume after 0", "pause load > 4 resume after 0 (it is 9.00)", "resume rule: battery resume after 0", "resume rule: load > 4 resume after 0"], _said);
    }

    [Fact]
    public async Task What_cannot_be_told_does_not_pause_ends_a_pause_and_is_said_once()
    {
        PauseWatch watch = Watch("load > 4 resume after 10s");
        await AtLoadAsync(watch, 9);
        _root.Write("proc/loadavg", "nonsense");
        for (int i = 0; i < 10; i++)
        {
            await watch.LookAsync(CancellationToken.None);
            _time.Advance(Tick);
        }

        Assert.Equal(3, _said.Count);
        Assert.Single(_said, s => s.StartsWith("warn The rule 'load > 4 resume after 10s' does not pause, since the load average cannot be read", StringComparison.Ordinal));
        Assert.Single(_said, s => s.StartsWith("resume ", StringComparison.Ordinal));

        // and again when it has been told meanwhile
        await AtLoadAsync(watch, 1);
        _root.Write("proc/loadavg", "nonsense");
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(2, _said.Count(s => s.StartsWith("warn ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_looks_by_itself_every_few_seconds_until_it_is_ended()
    {
        _root.Write("proc/loadavg", "1.00 1 1 1/1 1");
        TaskCompletionSource paused = new();
        PauseWatch watch = new(
            [PauseRule.Parse("load > 4")], new MachineSensors(_root.Path), (_, _) => paused.TrySetResult(), _ => true, _ => { }, _time, NullLogger.Instance);
        using CancellationTokenSource end = new();
        Task running = watch.RunAsync(end.Token);
        _root.Write("proc/loadavg", "9.00 1 1 1/1 1");
        for (int i = 0; i < 1000 && !paused.Task.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(paused.Task.IsCompleted);
        await end.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private PauseWatch Watch(params string[] rules) => new(
        [.. rules.Select(PauseRule.Parse)],
        new MachineSensors(_root.Path),
        (reason, holder) =>
        {
            Assert.StartsWith("rule: ", holder, StringComparison.Ordinal);
            _said.Add($"pause {reason}");
            return true;
        },
        holder =>
        {
            _said.Add($"resume {holder}");
            return true;
        },
        warning => _said.Add($"warn {warning}"),
        _time,
        NullLogger.Instance);

    private async Task AtLoadAsync(PauseWatch watch, double load, int looks = 1)
    {
        _root.Write("proc/loadavg", FormattableString.Invariant($"{load:0.00} 0.00 0.00 1/100 1000\n"));
        for (int i = 0; i < looks; i++)
        {
            await watch.LookAsync(CancellationToken.None);
            _time.Advance(Tick);
        }
    }
}
