using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.InetDaemon.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.InetDaemon;

/// <content>Nobody gets an evaluator before one has shown that it is locked down.</content>
public sealed partial class InetDaemon
{
    // A machine that has just started is busy, and a set-up that takes its time is no missing lock-down.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(60);

    private readonly Task _ready;

    /// <summary>
    /// Completes when connections are accepted: the daemon listens, and the lock-down of its evaluators holds (or need not, see
    /// <see cref="InetDaemonOptions.LockDown"/>). Connections made earlier wait until then. Faults with an
    /// <see cref="InetDaemonException"/> <c>LockDownFailed</c> when it must hold and does not; the daemon then stops. Is
    /// cancelled when the daemon is stopped before.
    /// </summary>
    public Task Ready => _ready;

    private async Task MakeReadyAsync()
    {
        if (_options.LockDown != LockDownPolicy.Unchecked && await ProbeAsync().ConfigureAwait(false) is { Status: not CheckStatus.Passed } failed)
        {
            bool isFatal = _options.LockDown == LockDownPolicy.Required;
            string reason = $"{failed.Detail} {failed.Remedy}";
            _events.PublishLasting(new LockDownFailed(_time.GetUtcNow(), reason, isFatal));
            if (isFatal)
            {
                LogLockDownFailed(_log, reason);
                throw new InetDaemonException(
                    "LockDownFailed",
                    $"Evaluators are offered to nobody, since their lock-down is not in force: {reason} Only where their jobs can harm nothing, let the inet-daemon do without (inetDaemon.allowNoLockDown).");
            }

            LogNoLockDown(_log, reason);
        }

        LogReady(_log, Endpoint);
    }

    private Task<EvaluatorCheck> ProbeAsync()
    {
        EvaluatorExaminationOptions options = new()
        {
            Locate = () => _options.Evaluator,
            RunAs = _options.RunAs,
            AllowRoot = _options.AllowRoot,
            Timeout = ProbeTimeout,
        };
        return new EvaluatorExamination(options, _time, NullLogger<EvaluatorExamination>.Instance).CheckLockDownAsync(_stop.Token);
    }
}
