using DcpWorker.Engine.Deployment;

namespace DcpWorker.Engine.Tests.Deployment;

public sealed class ResultCollectionTests
{
    private readonly ResultCollection _results = new();

    [Fact]
    public async Task Results_come_in_order_however_they_arrive()
    {
        Task<List<JobResult>> reading = ReadAsync(4);
        foreach (long slice in (long[])[3, 1, 4, 2])
        {
            Assert.True(_results.TryAdd(slice, slice * 10));
        }

        Assert.Equal([1, 2, 3, 4], (await reading).Select(r => r.SliceNumber));
    }

    [Fact]
    public async Task A_second_result_of_a_slice_is_not_taken()
    {
        _results.TryAdd(1, "first");
        Assert.False(_results.TryAdd(1, "second"));
        Assert.Equal("first", (await ReadAsync(1)).Single().Value.AsString());
    }

    [Fact]
    public async Task At_the_end_what_is_missing_is_passed_over()
    {
        _results.TryAdd(2, 2);
        _results.Complete();

        Assert.Equal([2], (await ReadAsync(3)).Select(r => r.SliceNumber));
        Assert.Equal([1, 3], _results.Missing(3, 10));
        Assert.Equal([1], _results.Missing(3, 1));
    }

    private async Task<List<JobResult>> ReadAsync(long count)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        List<JobResult> results = [];
        await foreach (JobResult result in _results.InOrderAsync(count, limit.Token))
        {
            results.Add(result);
        }

        return results;
    }
}
