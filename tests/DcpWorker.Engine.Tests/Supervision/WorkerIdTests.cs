using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>With one id for two workers, the start of the second would take its slices from the first.</summary>
public sealed class WorkerIdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrivateKey _identity = PrivateKey.Create();

    public void Dispose()
    {
        _identity.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WorkersThatShareAFolderHaveAnIdEachTheSameAfterTheNextStart()
    {
        string[] before = await IdsAsync(3);

        Assert.All(before, id => Assert.Matches("^[0-9A-Za-z]{22}$", id));
        Assert.Equal(3, before.Distinct().Count());
        Assert.Equal(before, await IdsAsync(3));
    }

    [Fact]
    public async Task AnIdIsFreeAsSoonAsItsWorkerIsGone()
    {
        await using Worker first = New();
        Worker second = New();
        string id = second.Id;
        await second.DisposeAsync();

        await using Worker third = New();

        Assert.Equal(id, third.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no id\n")]
    [InlineData("0123456789ABCDEFGHIJKLMNOP")]
    public async Task WhatIsDamagedIsReplacedAndWhatIsNotIsKept(string damaged)
    {
        string path = _folder.Write("worker.id", damaged);
        string made = (await IdsAsync(1))[0];
        Assert.Equal(made + "\n", await File.ReadAllTextAsync(path));

        await File.WriteAllTextAsync(path, "0123456789ABCDEFGHIJKL\n");
        Assert.Equal("0123456789ABCDEFGHIJKL", (await IdsAsync(1))[0]);
    }

    [Fact]
    public async Task AnIdThatMayOnlyBeReadIsGoodEnough()
    {
        string path = _folder.Write("worker.id", "0123456789ABCDEFGHIJKL\n");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        Assert.Equal("0123456789ABCDEFGHIJKL", (await IdsAsync(1))[0]);
    }

    private async Task<string[]> IdsAsync(int count)
    {
        List<Worker> workers = [.. Enumerable.Range(0, count).Select(_ => New())];
        string[] ids = [.. workers.Select(w => w.Id)];
        foreach (Worker worker in workers)
        {
            await worker.DisposeAsync();
        }

        return ids;
    }

    private Worker New() => new(
        new WorkerOptions
        {
            Scheduler = new Uri("http://127.0.0.1:9/"),
            Evaluator = new EvaluatorLocation("127.0.0.1", 9),
            PaymentAddress = _identity.Address,
            ResourceDirectory = _folder.Path,
        },
        _identity,
        TimeProvider.System,
        NullLoggerFactory.Instance);
}
