using System.Net.Sockets;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

public sealed partial class Sandbox
{
    private async Task<JsValue> AskAsync(JsObject question, string answer, TimeSpan timeout, CancellationToken cancellation)
    {
        Task<JsValue> expected = _answers.Expect(answer);
        Task sending = SendAsync(question, cancellation);
        return await WaitAsync(AnswerAsync(sending, expected), timeout, $"'{question["request"].AsString()}'", cancellation).ConfigureAwait(false);
    }

    private static async Task<JsValue> AnswerAsync(Task sending, Task<JsValue> expected)
    {
        await sending.ConfigureAwait(false);
        return await expected.ConfigureAwait(false);
    }

    private async Task<JsValue> WaitAsync(Task<JsValue> answer, TimeSpan timeout, string what, CancellationToken cancellation)
    {
        try
        {
            return await answer.WaitAsync(timeout, _time, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SandboxException failure = error is TimeoutException
                ? new SandboxException(SandboxException.TimedOut, $"The sandbox was not done with {what} within {timeout}.")
                : AsFailure(error);
            Terminate(failure);
            if (error is OperationCanceledException && cancellation.IsCancellationRequested)
            {
                throw;
            }

            throw failure;
        }
    }

    private async Task SendAsync(JsObject message, CancellationToken cancellation)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellation);
        await _connection.SendAsync(both.Token, message).ConfigureAwait(false);
    }

    private void Become(SandboxState next, params ReadOnlySpan<SandboxState> from)
    {
        lock (_lock)
        {
            if (_state == SandboxState.Terminated)
            {
                throw _failure ?? WasTerminated();
            }

            if (!from.Contains(_state))
            {
                throw new InvalidOperationException($"Sandbox {Id} is {_state} and cannot become {next}.");
            }

            _state = next;
        }
    }

    private void Begin(SliceRun slice)
    {
        lock (_lock)
        {
            _slice = slice;
            if (_state == SandboxState.Terminated)
            {
                slice.Fail(_failure ?? WasTerminated());
            }
        }
    }

    private void Finish()
    {
        lock (_lock)
        {
            _slice = null;
            _state = _state == SandboxState.Working ? SandboxState.Assigned : _state;
        }
    }

    private void Terminate(SandboxException? reason)
    {
        SliceRun? slice;
        lock (_lock)
        {
            if (_state != SandboxState.Terminated)
            {
                _failure = reason;
                LogTerminated(_log, Id, reason?.Message ?? "no longer needed");
            }

            _state = SandboxState.Terminated;
            (slice, _slice) = (_slice, null);
        }

        SandboxException failure = Failure ?? WasTerminated();
        _gone.Cancel();
        _connection.Dispose();
        _answers.FailAll(failure);
        slice?.Fail(failure);
    }

    private static SandboxException WasTerminated() => new(SandboxException.Gone, "The sandbox was terminated.");

    // The evaluator's end of a connection failing, or our own, are one thing to those who use the sandbox.
    private SandboxException AsFailure(Exception error) => error switch
    {
        SandboxException known => known,
        IOException or SocketException or ObjectDisposedException => Failure ?? new(SandboxException.Gone, $"The connection to the evaluator failed: {error.Message}", error),
        OperationCanceledException => Failure ?? WasTerminated(),
        _ => new SandboxException(SandboxException.SandboxError, $"The sandbox was given up: {error.Message}", error),
    };
}
