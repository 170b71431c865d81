namespace DcpWorker.Engine.Services;

/// <summary>
/// Proof that a loop still turns. Who doubts it asks, which wakes the loop; only the loop itself can answer. Nothing happens, and
/// nothing is used, while nobody asks. Safe for threads.
/// </summary>
internal sealed class LoopPulse
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _asked = NewSource();
    private TaskCompletionSource? _answer;
    private bool _ended;

    /// <summary>Completes when the loop has come round, or has ended as it should; never when it hangs.</summary>
    public Task AskAsync()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return Task.CompletedTask;
            }

            _answer ??= NewSource();
            _asked.TrySetResult();
            return _answer.Task;
        }
    }

    /// <summary>For the loop: waits for whatever it waits for, and answers meanwhile.</summary>
    public async Task WhileAsync(Task awaited)
    {
        Task asked = Answer();
        while (await Task.WhenAny(awaited, asked).ConfigureAwait(false) != awaited)
        {
            asked = Answer();
        }

        await awaited.ConfigureAwait(false);
    }

    /// <inheritdoc cref="WhileAsync(Task)"/>
    public async Task<T> WhileAsync<T>(Task<T> awaited)
    {
        await WhileAsync((Task)awaited).ConfigureAwait(false);
        return await awaited.ConfigureAwait(false);
    }

    /// <summary>For the loop: it has ended, as it should.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }

        Answer();
    }

    /// <summary>Answers who has asked; gives what completes when somebody asks again.</summary>
    private Task Answer()
    {
        lock (_gate)
        {
            if (_answer is not null)
            {
                _answer.SetResult();
                (_answer, _asked) = (null, NewSource());
            }

            return _asked.Task;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
