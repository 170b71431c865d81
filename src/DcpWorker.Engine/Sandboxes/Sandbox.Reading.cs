using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Sandboxes;

public sealed partial class Sandbox
{
    private async Task ReadAsync()
    {
        SandboxException reason;
        try
        {
            string? lastWords = await _connection.ReadAsync(HandleAsync).ConfigureAwait(false);
            reason = new SandboxException(SandboxException.Gone, lastWords is null
                ? "The evaluator closed the connection." + (State == SandboxState.Unready ? " Perhaps all of its places are taken." : "")
                : $"The sandbox ended: {lastWords}.");
        }
        catch (Exception error)
        {
            reason = AsFailure(error);
        }

        Terminate(reason);
        _ended.TrySetResult();
    }

    private async ValueTask HandleAsync(RingMessage message)
    {
        JsValue value = message.Value;
        switch (message.Request)
        {
            case "scriptLoaded" when value["result"].AsString() == "success":
            case "clearTimersDone":
                break;
            case "scriptLoaded":
                throw new SandboxException(SandboxException.SandboxError, $"Set-up file '{value["script"].AsString()}' failed: {SliceRun.Describe(value["error"])}");
            case "unrecoverable-evaluator":
                throw new SandboxException(SandboxException.SandboxError, "The evaluator says that it cannot go on.");
            case "dependency" when _services is { } services:
                _ = ProvideModulesAsync(services, value);
                break;
            case "fetchRequest" when _services is { } services:
                _ = ObserveAsync(services.FetchAsync(value));
                break;
            case string when Assignment.IsProbeAnswer(message):
                HandleProbeAnswer(message);
                break;
            case "error" or "reject":
                FailRequest(message);
                break;
            default:
                if (message.Ring == 3)
                {
                    await HandleWorkAsync(message).ConfigureAwait(false);
                }
                else if (message.Request == "workError")
                {
                    FailRequest(message);
                }
                else if (!_answers.Give(message.Request, value))
                {
                    throw new SandboxException(SandboxException.ProtocolViolation, $"The sandbox broke the protocol: it answered '{message.Request}', which nobody had asked.");
                }

                break;
        }
    }

    private async ValueTask HandleWorkAsync(RingMessage message)
    {
        SliceRun? slice;
        lock (_lock)
        {
            slice = _slice;
        }

        if (slice is not null)
        {
            await slice.HandleAsync(message).ConfigureAwait(false);
        }
        else if (message.Request is "workError" && State == SandboxState.Assigning)
        {
            FailRequest(message);
        }
        else if (message.Request is "complete" or "workError" or "workReject")
        {
            throw new SandboxException(SandboxException.ProtocolViolation, $"The sandbox broke the protocol: it posted '{message.Request}' while there was no slice.");
        }
    }

    // Errors carry no id: whatever is being asked has failed.
    private void FailRequest(RingMessage message)
    {
        string reason = SliceRun.Describe(message.Value["error"]);
        SandboxException error = State == SandboxState.Assigning
            ? new SandboxException(SandboxException.AssignFailed, $"Job {JobId} cannot be set up: {reason}")
            : new SandboxException(SandboxException.SandboxError, $"The sandbox reports an error: {reason}");
        throw error;
    }

    private async Task ObserveAsync(Task service)
    {
        try
        {
            await service.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogService(_log, Id, error.Message);
        }
    }

    [LoggerMessage(EventId = 402, Level = LogLevel.Debug, Message = "Sandbox {Id}: a request of the work function was not answered: {Reason}")]
    private static partial void LogService(ILogger log, int id, string reason);

    [LoggerMessage(EventId = 403, Level = LogLevel.Debug, Message = "Sandbox {Id} did not end when asked: {Reason}")]
    private static partial void LogUnwilling(ILogger log, int id, string reason);

    [LoggerMessage(EventId = 404, Level = LogLevel.Debug, Message = "Sandbox {Id} terminated: {Reason}")]
    private static partial void LogTerminated(ILogger log, int id, string reason);
}
