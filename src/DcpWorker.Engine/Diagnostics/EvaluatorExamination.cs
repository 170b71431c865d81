using System.Runtime.CompilerServices;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>
/// Examines an evaluator as a worker would use it: starts it (or connects), computes real slices in it, and looks at
/// what it must not do. What can be seen only on the evaluator's own machine is skipped for one behind a port.
/// </summary>
public sealed partial class EvaluatorExamination
{
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(200);

    private readonly EvaluatorExaminationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private EvaluatorCommand? _program;
    private LocalEvaluators? _local;

    /// <summary>Prepares an examination.</summary>
    public EvaluatorExamination(EvaluatorExaminationOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Runs the checks one after the other and gives each as soon as it is known. A check that fails does not end the
    /// examination, unless nothing after it could be looked at.
    /// </summary>
    public async IAsyncEnumerable<EvaluatorCheck> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            bool reachable = true;
            foreach (PlannedCheck planned in Plan())
            {
                EvaluatorCheck check = !reachable ? Skip(planned, "There is no evaluator to look at.")
                    : planned.LocalOnly && _options.Location is not null ? Skip(planned, "It can be seen only on the evaluator's own machine.")
                    : await LookAsync(planned, cancellationToken).ConfigureAwait(false);
                LogCheck(check.Name, check.Status, check.Duration, check.Detail);
                reachable &= check.Status != CheckStatus.Failed || check.Name is not (CheckNames.Program or CheckNames.Connection or CheckNames.Start);
                yield return check;
            }
        }
        finally
        {
            await EndLocalAsync().ConfigureAwait(false);
        }
    }

    private string Subject => _options.Location?.OriginalString ?? _program?.Program ?? "dcp-evaluator";

    private async ValueTask EndLocalAsync()
    {
        if (_local is not null)
        {
            await _local.DisposeAsync().ConfigureAwait(false);
            _local = null;
        }
    }

    private EvaluatorCheck Skip(PlannedCheck planned, string why) =>
        new(Subject, planned.Name, CheckStatus.Skipped, TimeSpan.Zero, why);

    private async Task<EvaluatorCheck> LookAsync(PlannedCheck planned, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        try
        {
            string detail = await planned.Look(cancellationToken).ConfigureAwait(false);
            return new EvaluatorCheck(Subject, planned.Name, CheckStatus.Passed, _time.GetElapsedTime(start), detail);
        }
        catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
        {
            return new EvaluatorCheck(Subject, planned.Name, CheckStatus.Failed, _time.GetElapsedTime(start), e.Message, planned.Remedy);
        }
    }

    /// <summary>A sandbox that a work function was assigned to.</summary>
    private async Task<EvaluatorDialogue> AssignAsync(CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = await LoadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await dialogue.AskAsync(SandboxProbes.Request("describe"), "describe", cancellationToken).ConfigureAwait(false);
            await dialogue.AskAsync(SandboxProbes.Requirements(), "applyRequirementsDone", cancellationToken).ConfigureAwait(false);
            await dialogue.AskAsync(SandboxProbes.Assignment(), "assigned", cancellationToken).ConfigureAwait(false);
            await dialogue.AskAsync(SandboxProbes.Request("resetState"), "resetStateDone", cancellationToken).ConfigureAwait(false);
            return dialogue;
        }
        catch
        {
            await dialogue.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The result of one slice in a sandbox of its own.</summary>
    private async Task<JsValue> ComputeAsync(JsValue datum, CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = await AssignAsync(cancellationToken).ConfigureAwait(false);
        await using (dialogue.ConfigureAwait(false))
        {
            JsValue complete = await dialogue.AskAsync(SandboxProbes.Slice(datum), "complete", cancellationToken).ConfigureAwait(false);
            return complete["result"];
        }
    }

    /// <summary>
    /// An evaluator that has run its set-up files. A daemon behind a port may be full for a moment, if only because the
    /// evaluator of the check before is still ending: it is asked again until the time-out.
    /// </summary>
    private async Task<EvaluatorDialogue> LoadAsync(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await LoadOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EvaluatorFault e) when (e.ClosedAtOnce && _options.Location is not null && _time.GetElapsedTime(start) < _options.Timeout)
            {
                LogFull(e.Message);
                await Task.Delay(FullPause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<EvaluatorDialogue> LoadOnceAsync(CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = new(await OpenAsync(cancellationToken).ConfigureAwait(false), _options.Timeout);
        try
        {
            await dialogue.WaitForAsync("__sandboxLoaded", cancellationToken).ConfigureAwait(false);
            return dialogue;
        }
        catch
        {
            await dialogue.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<EvaluatorConnection> OpenAsync(CancellationToken cancellationToken) => _options.Location is { } location
        ? EvaluatorConnection.OpenAsync(location, _options.Timeout, cancellationToken)
        : EvaluatorConnection.OpenAsync(
            _local ??= LocalEvaluators.Start(_program!, _options, _time), _options.Timeout, cancellationToken);

    [LoggerMessage(EventId = 900, Level = LogLevel.Debug, Message = "{Check}: {Status} after {Duration}: {Detail}")]
    private partial void LogCheck(string check, CheckStatus status, TimeSpan duration, string detail);

    [LoggerMessage(EventId = 901, Level = LogLevel.Debug, Message = "Trying again: {Reason}")]
    private partial void LogFull(string reason);

    private sealed record PlannedCheck(string Name, bool LocalOnly, string Remedy, Func<CancellationToken, Task<string>> Look);
}
