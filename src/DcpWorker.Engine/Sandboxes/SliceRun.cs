using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>One slice under way: what the sandbox has said of it, and the two clocks that run against it.</summary>
internal sealed class SliceRun : IDisposable
{
    private readonly SandboxOptions _options;
    private readonly Func<SandboxMessage, ValueTask> _onMessage;
    private readonly TaskCompletionSource<SliceOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _progressClock;
    private readonly ITimer _sliceClock;
    private SliceMeasurement _measurement = SliceMeasurement.Zero;
    private bool _progressed;

    internal SliceRun(SandboxOptions options, TimeProvider time, Func<SandboxMessage, ValueTask> onMessage)
    {
        (_options, _onMessage) = (options, onMessage);
        _progressClock = time.CreateTimer(
            _ => Fail(new SandboxException(SandboxException.NoProgress, $"The work function did not call progress() for {options.ProgressTimeout}.")),
            null, options.ProgressTimeout, Timeout.InfiniteTimeSpan);
        _sliceClock = time.CreateTimer(
            _ => Fail(new SandboxException(SandboxException.SliceTooSlow, $"The slice was not done after {options.SliceTimeout}.")),
            null, options.SliceTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How the slice ended, or why the sandbox failed.</summary>
    internal Task<SliceOutcome> Outcome => _outcome.Task;

    internal void Fail(Exception error) => _outcome.TrySetException(error);

    /// <summary>Takes a message of ring 3.</summary>
    internal async ValueTask HandleAsync(RingMessage message)
    {
        if (_outcome.Task.IsCompleted)
        {
            return;   // a node host goes on for a moment after work.reject()
        }

        JsValue value = message.Value;
        switch (message.Request)
        {
            case "progress":
                _progressed = true;
                _progressClock.Change(_options.ProgressTimeout, Timeout.InfiniteTimeSpan);
                await _onMessage(ReadProgress(value)).ConfigureAwait(false);
                break;
            case "console":
                await _onMessage(ReadConsole(value["payload"])).ConfigureAwait(false);
                break;
            case "emitEvent":
                JsValue payload = value["payload"];
                await _onMessage(new CustomEventMessage(payload["customEvent"].AsString() ?? "", payload["data"])).ConfigureAwait(false);
                break;
            case "measurement":
                _measurement = SliceMeasurement.Parse(value);
                break;
            case "noProgress":
                Fail(NeverProgressed());
                break;
            case "complete":
                Complete(value["result"]);
                break;
            case "workError":
                _outcome.TrySetResult(new SliceThrew(_measurement, value["error"]));
                break;
            case "workReject":
                JsValue rejection = value["workRejectData"];
                _outcome.TrySetResult(new SliceRejected(_measurement, ReasonOf(rejection["reason"]), RetriesOf(rejection["retries"])));
                break;
            default:
                Fail(new SandboxException(SandboxException.SandboxError, $"The sandbox could not finish the slice: {Describe(value["error"])}"));
                break;
        }
    }

    public void Dispose()
    {
        _progressClock.Dispose();
        _sliceClock.Dispose();
    }

    /// <summary>What an error of a sandbox says, in a line.</summary>
    internal static string Describe(JsValue error) =>
        error is JsError known ? known.ToString() : error["message"].AsString() is { } text ? $"{error["name"].AsString() ?? "Error"}: {text}" : "no reason given";

    // a work function may give what it likes as reason, and a number as text
    private static string ReasonOf(JsValue reason) => reason.AsString() ?? (reason.IsNullish ? "false" : JsonWriter.Write(reason));

    private static int RetriesOf(JsValue retries) => Math.Max(
        0,
        retries.AsInt32() ?? (int.TryParse(retries.AsString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : 0));

    private void Complete(JsValue result)
    {
        if (_progressed || !_options.RequireProgress)
        {
            _outcome.TrySetResult(new SliceCompleted(_measurement, result));
        }
        else
        {
            Fail(NeverProgressed());
        }
    }

    private static SandboxException NeverProgressed() =>
        new(SandboxException.NoProgress, "The work function never called progress(); the network takes no result without.");

    private static ProgressMessage ReadProgress(JsValue value)
    {
        bool indeterminate = value["indeterminate"].IsTruthy;
        double? percent = value["progress"].AsNumber() is { } n && double.IsFinite(n) ? Math.Clamp(n, 0, 100) : null;
        return new ProgressMessage(indeterminate && percent is 0 ? null : percent, indeterminate || percent is null);
    }

    private static ConsoleMessage ReadConsole(JsValue payload)
    {
        string level = payload["level"].AsString() is "debug" or "log" or "info" or "warn" or "error" ? payload["level"].AsString()! : "log";
        JsValue message = payload["message"];
        return new ConsoleMessage(level, message is JsUndefined ? null : message, Math.Max(1, payload["same"].AsInt32() ?? 1));
    }
}
