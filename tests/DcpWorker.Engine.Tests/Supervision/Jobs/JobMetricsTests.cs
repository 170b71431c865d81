using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Tests.Supervision.Jobs;

public sealed class JobMetricsTests
{
    [Fact]
    public void TheSchedulersFiguresServeUntilThereAreOwnOnes()
    {
        JobMetrics metrics = new();
        Assert.Null(metrics.Expected);
        Assert.Equal(1, metrics.Density);

        metrics.Update(new JsObject { ["sliceCPUTime"] = 500, ["sliceCPUDensity"] = 0.5 });
        Assert.Equal(TimeSpan.FromSeconds(1), metrics.Expected);
        Assert.Equal(0.5, metrics.Density);

        metrics.Add(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(4), metrics.Expected);
        Assert.Equal(0.25, metrics.Density);
    }

    [Fact]
    public void OwnFiguresFollowAMovingAverage()
    {
        JobMetrics metrics = new();
        metrics.Add(TimeSpan.FromMilliseconds(1000), TimeSpan.FromMilliseconds(1000));
        metrics.Add(TimeSpan.FromMilliseconds(2100), TimeSpan.FromMilliseconds(2100));

        Assert.Equal(1200, metrics.Elapsed!.Value.TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData(100, 100, 1.0)]
    [InlineData(100, 10_000, 0.125)]
    [InlineData(10_000, 10, 8.0)]
    [InlineData(110, 100, 1.09375)]
    [InlineData(90, 100, 0.90625)]
    public void TheQuantumIsTheClippedRatioRoundedTowardsOne(double own, double scheduler, double expected)
    {
        JobMetrics metrics = new();
        metrics.Update(new JsObject { ["sliceCPUTime"] = scheduler });
        metrics.Add(TimeSpan.FromMilliseconds(own), TimeSpan.FromMilliseconds(own));

        Assert.Equal(expected, metrics.Quantum());
    }

    [Fact]
    public void FiguresThatAreNoneArePassedOver()
    {
        JobMetrics metrics = new();
        metrics.Update("nothing");
        metrics.Update(new JsObject { ["sliceCPUTime"] = double.NaN, ["sliceCPUDensity"] = -3 });
        metrics.Update(new JsObject { ["sliceCPUTime"] = -1, ["sliceCPUDensity"] = 99 });

        Assert.Null(metrics.Expected);
        Assert.Equal(1, metrics.Density);
    }
}
