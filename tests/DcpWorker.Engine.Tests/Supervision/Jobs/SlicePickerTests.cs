using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Fetching;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Tests.Supervision.Jobs;

public sealed class SlicePickerTests
{
    private readonly WorkSet _work = new();

    [Fact]
    public void JobsTakeTurns()
    {
        Add("a", 4, 1);
        Add("b", 4, 1);

        Assert.Equal(["a", "a", "b", "b"], Pick(cores: 4).Order());
    }

    [Fact]
    public void NoMoreIsStartedThanThereAreCores()
    {
        Add("a", 10, 1);
        Assert.Equal(3, Pick(cores: 3).Count);
    }

    [Fact]
    public void SlicesThatKeepAQuarterOfACoreBusyShareIt()
    {
        Add("a", 20, 0.25);
        Assert.InRange(Pick(cores: 2).Count, 8, 9);
    }

    [Fact]
    public void ALessThanWholeCoreStillComputes()
    {
        Add("a", 2, 1);
        Assert.Single(Pick(cores: 0.5));
    }

    [Fact]
    public void LongSlicesLeaveRoomForShortOnesThatWait()
    {
        Add("long", 10, 1, isLong: true);
        Add("short", 10, 1);

        Assert.Equal(3, Pick(cores: 5).Count(j => j == "long"));
    }

    [Fact]
    public void LongSlicesTakeAllWhenNothingElseWaits()
    {
        Add("long", 10, 1, isLong: true);
        Assert.Equal(5, Pick(cores: 5).Count);
    }

    [Theory]
    [InlineData(0.4, "b", "b")]
    [InlineData(0.6, "a", "b")]
    public void AJobThatTheSchedulerPrefersGetsAheadAsOftenAsItWants(double chance, params string[] picked)
    {
        Add("a", 4, 1);
        Add("b", 4, 1, preference: 0.5);

        Assert.Equal(picked, Pick(cores: 2, chance).Order());
    }

    private List<string> Pick(double cores, double chance = 0)
    {
        SlicePicker picker = new(cores, 0.6, () => chance);
        List<string> picked = [];
        while (picker.Next(_work.Jobs, _work.WorkingDensity) is { } slice)
        {
            _work.Start(slice, DateTimeOffset.UnixEpoch);
            picked.Add(slice.Job.Id);
        }

        return picked;
    }

    private void Add(string id, int count, double density, bool isLong = false, double preference = 0)
    {
        JsObject job = new() { ["codeLocation"] = "data:,x", ["slicePreference"] = preference, ["metrics"] = new JsObject { ["sliceCPUTime"] = 100, ["sliceCPUDensity"] = density } };
        JsArray slices = new(Enumerable.Range(1, count).Select(JsValue? (n) => new JsObject { ["sliceNumber"] = n, ["isLongSlice"] = isLong }));
        TaskAnswer answer = TaskAnswer.Read(new JsObject
        {
            ["body"] = new JsObject { ["newJobs"] = new JsObject { [id] = job }, ["task"] = new JsObject { [id] = slices } },
        })!;
        foreach (Job added in _work.Add(answer, DateTimeOffset.UnixEpoch).NewJobs)
        {
            added.State = JobState.Ready;
        }
    }
}
