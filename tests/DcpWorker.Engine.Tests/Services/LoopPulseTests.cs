using DcpWorker.Engine.Services;

namespace DcpWorker.Engine.Tests.Services;

public sealed class LoopPulseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_loop_that_waits_answers_each_time_and_goes_on_waiting()
    {
        LoopPulse pulse = new();
        TaskCompletionSource<int> awaited = new();
        Task<int> loop = pulse.WhileAsync(awaited.Task);

        await pulse.AskAsync().WaitAsync(Patience);
        await Task.WhenAll(pulse.AskAsync(), pulse.AskAsync()).WaitAsync(Patience);

        Assert.False(loop.IsCompleted);
        awaited.SetResult(7);
        Assert.Equal(7, await loop.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_loop_that_never_has_to_wait_answers_as_it_comes_round()
    {
        LoopPulse pulse = new();
        Task asked = pulse.AskAsync();

        await pulse.WhileAsync(Task.CompletedTask);

        await asked.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_loop_that_is_busy_with_something_else_does_not_answer_before_it_comes_round()
    {
        LoopPulse pulse = new();
        await pulse.WhileAsync(Task.CompletedTask);

        Task asked = pulse.AskAsync();

        Assert.False(asked.IsCompleted);
        await pulse.WhileAsync(Task.CompletedTask);
        await asked.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_loop_that_has_ended_needs_no_answer()
    {
        LoopPulse pulse = new();
        Task before = pulse.AskAsync();

        pulse.End();

        await before.WaitAsync(Patience);
        await pulse.AskAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task What_is_awaited_may_fail_or_be_cancelled()
    {
        LoopPulse pulse = new();
        await Assert.ThrowsAsync<IOException>(() => pulse.WhileAsync(Task.FromException(new IOException())));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pulse.WhileAsync(Task.FromCanceled<int>(new CancellationToken(true))));
    }
}
