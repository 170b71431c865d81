using DcpScheduler.Domain;
using DcpScheduler.Tests.Support;
using VersionRange = DcpWorker.Engine.Sandboxes.VersionRange;

namespace DcpScheduler.Tests.Domain;

public class TaskPlannerTests
{
    [Fact]
    public async Task Slices_of_unknown_length_come_two_to_a_core()
    {
        await using Desk desk = new();
        await desk.DeployAsync(100);
        Assert.Equal(4, desk.Ask("a", 2)[0].Slices.Count);
    }

    [Fact]
    public async Task Short_slices_come_in_large_tasks_and_long_ones_one_to_a_core()
    {
        await using Desk desk = new();
        Job quick = await desk.DeployAsync(1000);
        desk.Ask("a", 1);
        await desk.ComputeAsync(quick, 1, "a", milliseconds: 2);
        Assert.Equal(desk.Options.MaxSlicesPerTask, desk.Ask("a", 2)[0].Slices.Count);
        await desk.Control.CancelAsync(quick, "done", "ECANCELLED");
        Job slow = await desk.DeployAsync(1000);
        desk.Ask("a", 1);
        await desk.ComputeAsync(slow, 1, "a", milliseconds: 60_000);
        Assert.Equal(2, desk.Ask("a", 2)[0].Slices.Count);
    }

    [Fact]
    public async Task One_of_several_workers_leaves_something_for_the_others()
    {
        await using Desk desk = new();
        Job job = await desk.DeployAsync(101);
        desk.Ask("a", 0.5);
        await desk.ComputeAsync(job, 1, "a", milliseconds: 1);
        Assert.InRange(desk.Ask("a", 2, workers: 2)[0].Slices.Count, 2, 50);
    }

    [Fact]
    public async Task Two_jobs_share_the_cores()
    {
        await using Desk desk = new();
        await desk.DeployAsync(10);
        await desk.DeployAsync(10);
        Assert.Equal(2, desk.Ask("a", 2).Count);
    }

    [Fact]
    public async Task Job_goes_only_to_workers_that_may_and_can_have_it()
    {
        await using Desk desk = new();
        Job job = await desk.DeployAsync(4, change: d => d with { Requirements = 64 | 32, Discrete = true });
        HashSet<string> it = [job.Id];
        Assert.Empty(desk.Ask("a", 1, r => r with { Capabilities = 64 }));
        Assert.Empty(desk.Ask("a", 1, r => r with { Groups = new HashSet<string> { "other" } }));
        Assert.Empty(desk.Ask("a", 1, r => r with { RejectedJobs = it }));
        Assert.Empty(desk.Ask("a", 1, r => r with { UnresolvedJobs = it }));
        Assert.Empty(desk.Ask("a", 1, r => r with { WorkedJobs = it }));
        Assert.Empty(desk.Ask("a", 1, r => r with { JobIds = new HashSet<string> { "other" } }));
        Assert.Empty(desk.Ask("a", 1, r => r with { Worktimes = [new Worktime("map-basic", "2.0.0"), new Worktime("pyodide", "1.0.0")] }));
        Assert.Empty(desk.Ask("a", 0));
        Assert.Single(desk.Ask("a", 1, r => r with { JobIds = it }));
    }

    [Theory]
    [InlineData("^1.0.0", "1.9.3", true)]
    [InlineData("^1.2.0", "1.1.9", false)]
    [InlineData("^1.0.0", "2.0.0", false)]
    [InlineData("^0.28.0", "0.28.4", true)]
    [InlineData("^0.28.0", "0.29.0", false)]
    [InlineData("^0.0.3", "0.0.4", false)]
    [InlineData("~1.2.3", "1.2.9", true)]
    [InlineData("~1.2.3", "1.3.0", false)]
    [InlineData("1.x", "1.7.0", true)]
    [InlineData("*", "3.0.1", true)]
    [InlineData("1.2.3", "1.2.3", true)]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData(">=1.0.0 <2.0.0", "1.5.0", true)]
    [InlineData("1.0.0 || ^2.1.0", "2.3.0", true)]
    [InlineData("^1.0.0", "one", false)]
    public void Version_range_holds_what_npm_says_it_does(string range, string version, bool expected) => Assert.Equal(expected, VersionRange.Contains(range, version));
}
