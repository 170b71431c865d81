using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Deployment;

/// <summary>Against the built scheduler, which no worker has connected to.</summary>
public sealed class JobDeployerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly PrivateKey _identity = PrivateKey.Create();
    private readonly PrivateKey _account = PrivateKey.Create();
    private SchedulerProgram _scheduler = null!;
    private JobDeployer _deployer = null!;

    public async Task InitializeAsync()
    {
        _scheduler = await SchedulerProgram.StartAsync(_limit.Token);
        using HttpClient http = new();
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(_scheduler.Location, http, _limit.Token);
        _deployer = new JobDeployer(
            configuration, _identity, _account, new DeploymentOptions { FirstPile = 2, PileTarget = 200 }, ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public async Task DisposeAsync()
    {
        await _deployer.DisposeAsync();
        await _scheduler.DisposeAsync();
    }

    public void Dispose()
    {
        _identity.Dispose();
        _account.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task A_deployed_job_is_accepted_with_all_its_slices_and_can_be_cancelled()
    {
        await using DeployedJob job = await _deployer.DeployAsync(Job(), _limit.Token);
        Assert.Equal(100, job.SliceCount);
        Assert.False(job.Completion.IsCompleted);

        await job.CancelAsync("changed my mind", _limit.Token);

        DeploymentException e = await Assert.ThrowsAsync<DeploymentException>(() => job.Completion.WaitAsync(_limit.Token));
        Assert.Equal("ECANCELLED", e.Code);
        Assert.Contains("changed my mind", e.Message, StringComparison.Ordinal);
        JobStopped stopped = Assert.IsType<JobStopped>((await EventsAsync(job))[^1]);
        Assert.Equal("cancelled", stopped.RunStatus);
    }

    [Fact]
    public async Task A_reader_of_results_learns_that_the_job_was_cancelled()
    {
        await using DeployedJob job = await _deployer.DeployAsync(Job(), _limit.Token);
        await using IAsyncEnumerator<JobResult> results = job.ReadResultsAsync(_limit.Token).GetAsyncEnumerator();
        ValueTask<bool> next = results.MoveNextAsync();

        await job.CancelAsync("changed my mind", _limit.Token);

        await Assert.ThrowsAsync<DeploymentException>(async () => await next);
    }

    [Fact]
    public async Task What_the_scheduler_refuses_is_its_word()
    {
        DeploymentException e = await Assert.ThrowsAsync<DeploymentException>(
            () => _deployer.DeployAsync(Job() with { Groups = [new JobGroup("no-such-group", JoinHash.Compute("no-such-group", "wrong"))] }, _limit.Token));
        Assert.Contains("addJobToGroups", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_leave_a_job_is_not_to_cancel_it()
    {
        DeployedJob job = await _deployer.DeployAsync(Job(), _limit.Token);
        await job.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion);
        Assert.DoesNotContain(await EventsAsync(job), e => e is JobStopped);
    }

    private static JobDefinition Job() => new()
    {
        WorkFunction = "x => { progress(); return x; }",
        Input = JobInput.Of([.. Enumerable.Range(0, 100).Select(i => (JsValue)i)]),
    };

    private async Task<List<JobEvent>> EventsAsync(DeployedJob job)
    {
        List<JobEvent> events = [];
        await foreach (JobEvent e in job.ReadEventsAsync(_limit.Token))
        {
            events.Add(e);
        }

        return events;
    }
}
