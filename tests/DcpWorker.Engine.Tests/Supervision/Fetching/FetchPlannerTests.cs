using DcpWorker.Engine.Supervision.Fetching;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Supervision.Fetching;

public sealed class FetchPlannerTests
{
    private static readonly TimeSpan Target = TimeSpan.FromSeconds(2);

    [Fact]
    public void AnIdleWorkerAsksForAllItsCores() => Assert.Equal(3, New().Plan([]));

    [Fact]
    public void ABusyWorkerWithLongSlicesAsksForNothing() => Assert.Equal(0, New().Plan([Load(0, 3, 60)]));

    [Fact]
    public void AFreeCoreBesideLongSlicesIsAskedFor() => Assert.Equal(1, New().Plan([Load(0, 2, 60)]));

    [Fact]
    public void SlicesOfUnknownLengthForEachCoreAreEnough() => Assert.Equal(0, New().Plan([Load(3, 0, null)]));

    [Fact]
    public void EnoughQueuedWorkMeansNoRequest() => Assert.Equal(0, New().Plan([Load(1000, 3, 0.01)]));

    [Fact]
    public void ShortSlicesAreAskedForInBulkWithinALimit() => Assert.Equal(96, New().Plan([Load(0, 3, 0.005)]));

    [Fact]
    public void AGenerousSchedulerIsAskedForNoMoreThanIsMissing()
    {
        FetchPlanner planner = New();
        for (int i = 0; i < 10; i++)
        {
            planner.Answered(3, 300);
        }

        Assert.InRange(planner.Plan([Load(0, 3, 0.005)]), 12, 13);
    }

    [Fact]
    public void WorkIsAskedForAgainSoonAfterAnEmptyAnswerThenAtTheWatchdogsInterval()
    {
        FakeTimeProvider time = new();
        FetchPacer pacer = new(TimeSpan.FromSeconds(7), time);
        List<double> pauses = [];
        for (int i = 0; i < 7; i++)
        {
            pacer.Answered(0, TimeSpan.Zero);
            pauses.Add(pacer.Remaining.TotalSeconds);
            time.Advance(pacer.Remaining);
            Assert.True(pacer.Remaining <= TimeSpan.Zero);
        }

        Assert.Equal([0.25, 0.5, 1, 2, 4, 7, 7], pauses);
        pacer.Answered(1, TimeSpan.Zero);
        Assert.True(pacer.Remaining <= TimeSpan.Zero);
        pacer.Answered(0, TimeSpan.Zero);
        Assert.Equal(0.25, pacer.Remaining.TotalSeconds);
    }

    [Fact]
    public void ASchedulerThatHoldsRequestsUntilThereIsWorkIsAskedAgainAtOnce()
    {
        FetchPacer pacer = new(TimeSpan.FromSeconds(7), new FakeTimeProvider());
        pacer.Answered(0, TimeSpan.FromSeconds(5));
        Assert.True(pacer.Remaining <= TimeSpan.Zero);
    }

    private static FetchPlanner New() => new(3, Target, 32);

    private static FetchPlanner.JobLoad Load(int queued, int working, double? seconds) =>
        new(queued, working, 1, seconds is { } s ? TimeSpan.FromSeconds(s) : null);
}
