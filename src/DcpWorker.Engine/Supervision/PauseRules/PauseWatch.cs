using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>
/// Looks at the machine and pauses a worker as its rules say. Each rule holds a pause of its own. One whose pause was ended by the owner does not
/// pause again before it was over.
/// </summary>
internal sealed partial class PauseWatch
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly List<Watched> _rules;
    private readonly MachineSensors _sensors;
    private readonly Func<string, string, bool> _pause;
    private readonly Func<string, bool> _resume;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="rules">The rules.</param>
    /// <param name="sensors">What they ask.</param>
    /// <param name="pause">Pauses: a reason, and whose pause it is.</param>
    /// <param name="resume">Ends somebody's pause.</param>
    /// <param name="warn">Says, once in a row, that a rule has no effect.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it logs.</param>
    public PauseWatch(
        IReadOnlyList<PauseRule> rules, MachineSensors sensors, Func<string, string, bool> pause, Func<string, bool> resume, Action<string> warn, TimeProvider time, ILogger log)
    {
        _rules = [.. rules.Select(r => new Watched(new PauseRuleState(r, time)))];
        (_sensors, _pause, _resume, _warn, _time, _log) = (sensors, pause, resume, warn, time, log);
    }

    /// <summary>Goes on looking until <paramref name="ct"/>.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await LookAsync(ct).ConfigureAwait(false);
            await Task.Delay(Tick, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks once at what is due.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (Watched watched in _rules)
        {
            PauseRule rule = watched.State.Rule;
            if (watched.LastLook is { } last && _time.GetElapsedTime(last) < rule.Condition.Interval)
            {
                continue;
            }

            watched.LastLook = _time.GetTimestamp();
            try
            {
                Apply(watched.State, await rule.Condition.LookAsync(_sensors, _time, ct).ConfigureAwait(false));
                watched.Unknown = false;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // what cannot be told does not pause, and must not keep a worker paused
                Apply(watched.State, new PauseFinding(PauseVerdict.Resume, null));
                Complain(watched, e);
            }
        }
    }

    private void Apply(PauseRuleState state, PauseFinding finding)
    {
        if (!state.Take(finding.Verdict))
        {
            return;
        }

        string text = state.Rule.Text;
        if (state.IsPausing)
        {
            string reason = finding.Detail is { } detail ? $"{text} ({detail})" : text;
            LogPause(reason);
            _pause(reason, Holder(text));
        }
        else
        {
            LogResume(text);
            _resume(Holder(text));
        }
    }

    private void Complain(Watched watched, Exception e)
    {
        if (!watched.Unknown)
        {
            watched.Unknown = true;
            _warn($"The rule '{watched.State.Rule.Text}' does not pause, since {(e is SensorException ? e.Message : $"of a fault of this program: {e.Message}")}.");
        }
    }

    private static string Holder(string rule) => "rule: " + rule;

    [LoggerMessage(EventId = 4721, Level = LogLevel.Information, Message = "Pausing: {Reason}")]
    private partial void LogPause(string reason);

    [LoggerMessage(EventId = 4722, Level = LogLevel.Information, Message = "No longer pausing for {Rule}")]
    private partial void LogResume(string rule);

    private sealed class Watched(PauseRuleState state)
    {
        public PauseRuleState State => state;

        public long? LastLook { get; set; }

        public bool Unknown { get; set; }
    }
}
