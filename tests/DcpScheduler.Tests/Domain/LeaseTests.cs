using DcpScheduler.Domain;
using DcpScheduler.Tests.Support;

namespace DcpScheduler.Tests.Domain;

public class LeaseTests
{
    private static readonly SchedulerOptions StaysConnected = SchedulerOptions.Default with { DisconnectGrace = TimeSpan.FromDays(1) };

    [Fact]
    public async Task Slice_of_a_silent_worker_is_handed_out_again_after_the_lease_and_not_before()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(1);
        Assert.Equal([1], desk.Ask("a", 1)[0].Slices);
        desk.Time.Advance(desk.Options.Lease - TimeSpan.FromSeconds(1));
        await desk.Workers.SweepAsync();
        Assert.Empty(desk.Ask("b", 1));
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await desk.Workers.SweepAsync());
        Assert.Equal([1], desk.Ask("b", 1)[0].Slices);
        Assert.Equal(0, job.Slices.Done);
    }

    [Fact]
    public async Task Report_of_what_a_worker_holds_renews_the_lease_and_frees_the_rest()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(2);
        Assert.Equal([1, 2], desk.Ask("a", 2)[0].Slices);
        desk.Time.Advance(desk.Options.Lease - TimeSpan.FromSeconds(1));
        desk.Workers.Report(desk.Workers.Touch("a", Desk.Account, null), new Dictionary<string, HashSet<int>> { [job.Id] = [1] });
        desk.Time.Advance(TimeSpan.FromMinutes(1));
        await desk.Workers.SweepAsync();
        Assert.Equal([2], desk.Ask("b", 1)[0].Slices);
    }

    [Fact]
    public async Task Worker_without_a_connection_loses_its_slices_after_a_grace()
    {
        await using Desk desk = new();
        await desk.DeployAsync(1);
        desk.Ask("a", 1);
        await desk.Workers.SweepAsync();
        desk.Time.Advance(desk.Options.DisconnectGrace);
        await desk.Workers.SweepAsync();
        Assert.Equal([1], desk.Ask("b", 1)[0].Slices);
    }

    [Fact]
    public async Task Late_result_of_a_lapsed_lease_counts_and_the_second_one_does_not()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(1);
        desk.Ask("a", 1);
        desk.Time.Advance(desk.Options.Lease);
        await desk.Workers.SweepAsync();
        desk.Ask("b", 1);
        Assert.Equal(0.5m, await desk.ComputeAsync(job, 1, "a"));
        Assert.Equal(0m, await desk.ComputeAsync(job, 1, "b"));
        Assert.Equal(0.5m, desk.Ledger.Balance(Desk.WorkerAccount));
        Assert.Equal(-0.5m, desk.Ledger.Balance(Desk.Account));
    }

    [Fact]
    public async Task Job_whose_slice_is_returned_too_often_is_cancelled_with_the_reason()
    {
        await using Desk desk = new();
        Job job = await desk.DeployAsync(3);
        for (int i = 0; i < desk.Options.MaxReturnsPerSlice; i++)
        {
            Assert.Equal(JobStatus.Running, job.Status);
            desk.Ask("a", 1);
            await desk.Control.ReturnAsync(job, "a", [1], "it does not work", "EFAULTY", counts: true);
        }

        Assert.Equal(JobStatus.Cancelled, job.Status);
        Assert.Contains("it does not work", job.CancelReason, StringComparison.Ordinal);
        Assert.Equal("EFAULTY", job.CancelCode);
        Assert.Empty(desk.Ask("a", 1));
    }

    [Fact]
    public async Task Workers_that_hold_slices_of_a_cancelled_job_are_told_and_others_are_not()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(3);
        desk.Ask("a", 1, workers: 2);
        desk.Ask("b", 1, workers: 2);
        desk.Workers.Touch("c", Desk.Account, null);
        await desk.Control.CancelAsync(job, "no longer wanted", "ECANCELLED");
        Assert.Equal([("a", job.Id), ("b", job.Id)], desk.Told.Removed.Order());
    }

    [Fact]
    public async Task Worker_that_lost_its_slice_to_another_is_told_when_the_job_is_finished()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(1);
        desk.Ask("a", 1);
        desk.Time.Advance(desk.Options.Lease);
        await desk.Workers.SweepAsync();
        desk.Ask("b", 1);
        await desk.Control.CloseAsync(job);
        Assert.Empty(desk.Told.Removed);
        await desk.ComputeAsync(job, 1, "b");
        Assert.Equal(JobStatus.Finished, job.Status);
        Assert.Equal([("a", job.Id)], desk.Told.Removed);
    }

    [Fact]
    public async Task Worker_that_reports_slices_of_an_ended_or_unknown_job_is_told_to_let_go()
    {
        await using Desk desk = new(StaysConnected);
        Job job = await desk.DeployAsync(1);
        await desk.Control.CancelAsync(job, "no longer wanted", "ECANCELLED");
        Job running = await desk.DeployAsync(1);
        desk.Workers.Report(desk.Workers.Touch("a", Desk.Account, null), new Dictionary<string, HashSet<int>> { [job.Id] = [1], ["gone"] = [4], [running.Id] = [1] });
        Assert.Equal(new[] { ("a", job.Id), ("a", "gone") }.Order(), desk.Told.Removed.Order());
    }

    [Fact]
    public async Task Job_that_its_workers_refuse_is_cancelled_after_a_while()
    {
        await using Desk desk = new();
        Job job = await desk.DeployAsync(1);
        desk.Ask("a", 1);
        await desk.Control.ReturnAsync(job, "a", [1], "not with me", "EWORKREJECT", counts: true);
        job.RejectedBy.Add("a");
        desk.Time.Advance(desk.Options.RejectedJobPatience + TimeSpan.FromSeconds(1));
        await desk.Workers.SweepAsync();
        Assert.Equal("EWORKREJECT", job.CancelCode);
        Assert.Contains("not with me", job.CancelReason, StringComparison.Ordinal);
    }
}
