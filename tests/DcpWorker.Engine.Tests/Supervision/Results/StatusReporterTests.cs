using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Fetching;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Results;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Supervision.Results;

public sealed class StatusReporterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<JsValue> _sent = [];
    private readonly StatusReporter _reporter;
    private readonly List<Slice> _slices;
    private Func<int, Response> _answer = _ => new Response(true, new JsObject());

    public StatusReporterTests()
    {
        PersistentRequests requests = new(
            (operation, data, _, _) =>
            {
                Assert.Equal("status", operation);
                _sent.Add(data);
                return Task.FromResult(_answer(_sent.Count));
            },
            SupervisorTuning.Default,
            _time,
            NullLogger.Instance,
            CancellationToken.None);
        _reporter = new StatusReporter("theWorker", requests, SupervisorTuning.Default, _time, NullLogger.Instance);
        TaskAnswer answer = TaskAnswer.Read(new JsObject
        {
            ["owner"] = "0x1",
            ["body"] = new JsObject
            {
                ["newJobs"] = new JsObject { ["j"] = new JsObject { ["codeLocation"] = "data:,x" } },
                ["task"] = new JsObject { ["j"] = new JsArray(Enumerable.Range(1, 5).Select(JsValue? (n) => new JsObject { ["sliceNumber"] = n })) },
            },
        })!;
        _slices = new WorkSet().Add(answer, DateTimeOffset.UnixEpoch).NewSlices;
    }

    [Fact]
    public async Task TheFirstBeginLeavesAtOnceAndThoseThatFollowLeaveTogether()
    {
        await _reporter.BeginAsync(_slices[0]);
        Assert.Equal([[1]], Numbers());

        Task second = _reporter.BeginAsync(_slices[1]);
        Task third = _reporter.BeginAsync(_slices[2]);
        await Task.Yield();
        Assert.False(second.IsCompleted);
        while (!third.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(1);
        }

        Assert.Equal([[1], [2, 3]], Numbers());
        Assert.Equal("begin", ((JsArray)_sent[1]["slices"])[0]["status"].AsString());
        Assert.Equal("0x1", ((JsArray)_sent[1]["slices"])[0]["authorizationMessage"]["owner"].AsString());
    }

    [Fact]
    public async Task ReturnsAreGroupedAndCarryTheirReason()
    {
        await _reporter.ReturnAsync(_slices, "EFETCH");

        JsValue entry = Assert.Single(((JsArray)Assert.Single(_sent)["slices"]).Items)!;
        Assert.Equal([[1, 2, 3, 4, 5]], Numbers());
        Assert.Equal(("return", "EFETCH", "theWorker"), (entry["status"].AsString(), entry["reason"].AsString(), _sent[0]["worker"].AsString()));
    }

    [Fact]
    public async Task AReturnIsSentAgainUntilTheSchedulerAnswers()
    {
        _answer = n => n < 4 ? new Response(false, new JsObject { ["code"] = "ECONNRESET" }) : new Response(true, new JsObject());
        Task returned = _reporter.ReturnAsync(_slices, "EFETCH");
        while (!returned.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(4, _sent.Count);
    }

    private List<List<int>> Numbers() => [.. _sent.Select(s =>
        ((JsArray)s["slices"]).Items.SelectMany(e => ((JsArray)e!["sliceNumbers"]).Items.Select(n => n!.AsInt32()!.Value)).ToList())];
}
