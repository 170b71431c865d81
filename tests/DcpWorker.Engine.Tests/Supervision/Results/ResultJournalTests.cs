using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Results;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Supervision.Results;

public sealed class ResultJournalTests : IDisposable
{
    private static readonly Uri Scheduler = new("http://scheduler.example/");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string FilePath => Path.Combine(_folder.Path, "results.journal");

    [Fact]
    public void WhatWasNotAcknowledgedIsThereAtTheNextStart()
    {
        using (ResultJournal journal = Open(out IReadOnlyList<PendingResult> none))
        {
            Assert.Empty(none);
            PendingResult one = journal.Add(Result(1), _time.GetUtcNow());
            journal.Add(Result(2), _time.GetUtcNow());
            journal.Add(Result(3), _time.GetUtcNow());
            journal.Remove(one);
        }

        using ResultJournal next = Open(out IReadOnlyList<PendingResult> left);
        Assert.Equal([2L, 3L], left.Select(r => r.SliceNumber));
        foreach (PendingResult result in left)
        {
            next.Remove(result);
        }

        Assert.Equal(0, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void EveryCutOfTheFileGivesTheWholeResultsBeforeIt()
    {
        using (ResultJournal journal = Open(out _))
        {
            journal.Add(Result(1), _time.GetUtcNow());
            journal.Add(Result(2), _time.GetUtcNow());
        }

        byte[] whole = File.ReadAllBytes(FilePath);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = 0; length <= whole.Length; length += 7)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using ResultJournal journal = Open(out IReadOnlyList<PendingResult> left);
            Assert.Equal(length < first - 1 ? 0 : 1, left.Count);
            PendingResult after = journal.Add(Result(9), _time.GetUtcNow());
            journal.Dispose();
            using ResultJournal again = Open(out IReadOnlyList<PendingResult> kept);
            Assert.Equal(left.Count + 1, kept.Count);
            Assert.Equal(9, kept[^1].SliceNumber);
            again.Dispose();
        }
    }

    [Fact]
    public void ADamagedLineIsPassedOver()
    {
        using (ResultJournal journal = Open(out _))
        {
            journal.Add(Result(1), _time.GetUtcNow());
            journal.Add(Result(2), _time.GetUtcNow());
        }

        byte[] bytes = File.ReadAllBytes(FilePath);
        bytes[40] ^= 1;
        File.WriteAllBytes(FilePath, bytes);

        using ResultJournal next = Open(out IReadOnlyList<PendingResult> left);
        Assert.Equal([2L], left.Select(r => r.SliceNumber));
    }

    [Fact]
    public void OldResultsAndThoseForOtherSchedulersAreNotHandedOut()
    {
        using (ResultJournal journal = Open(out _))
        {
            journal.Add(Result(1), _time.GetUtcNow() - TimeSpan.FromHours(25));
            journal.Add(Result(2), _time.GetUtcNow());
        }

        using (ResultJournal.Open(_folder.Path, new Uri("http://other.example/"), 1 << 20, TimeSpan.FromHours(24), _time, NullLogger.Instance, out IReadOnlyList<PendingResult> others))
        {
            Assert.Empty(others);
        }

        using ResultJournal again = Open(out IReadOnlyList<PendingResult> left);
        Assert.Equal([2L], left.Select(r => r.SliceNumber));
    }

    [Fact]
    public void TwoWorkersOfOneFolderHaveAFileEachAndTheLastOneInheritsBoth()
    {
        using (ResultJournal first = Open(out _))
        using (ResultJournal second = Open(out _))
        {
            first.Add(Result(1), _time.GetUtcNow());
            second.Add(Result(2), _time.GetUtcNow());
            Assert.Equal(2, Directory.GetFiles(_folder.Path, "*.journal").Length);
        }

        using ResultJournal third = Open(out IReadOnlyList<PendingResult> left);
        Assert.Equal([1L, 2L], left.Select(r => r.SliceNumber).Order());
        Assert.Single(Directory.GetFiles(_folder.Path, "*.journal"));
    }

    [Fact]
    public void TheFileDoesNotGrowWithHistory()
    {
        using ResultJournal journal = Open(out _);
        PendingResult previous = journal.Add(Result(0), _time.GetUtcNow());
        for (int i = 1; i < 400; i++)
        {
            PendingResult next = journal.Add(Result(i, new string('x', 100_000)), _time.GetUtcNow());
            journal.Remove(previous);
            previous = next;
        }

        Assert.InRange(new FileInfo(FilePath).Length, 100_000, 10_000_000);
    }

    [Fact]
    public void ResultsBeyondTheLargestSizeAreNotWritten()
    {
        using (ResultJournal journal = Open(out _, maxSize: 1000))
        {
            journal.Add(Result(1), _time.GetUtcNow());
            journal.Add(Result(2, new string('x', 2000)), _time.GetUtcNow());
        }

        using ResultJournal next = Open(out IReadOnlyList<PendingResult> left);
        Assert.Equal([1L], left.Select(r => r.SliceNumber));
    }

    public void Dispose() => _folder.Dispose();

    private static JsObject Result(int slice, string text = "ä result") => new() { ["slice"] = slice, ["job"] = "j", ["resultV2"] = text };

    private ResultJournal Open(out IReadOnlyList<PendingResult> left, long maxSize = 1 << 24) =>
        ResultJournal.Open(_folder.Path, Scheduler, maxSize, TimeSpan.FromHours(24), _time, NullLogger.Instance, out left);
}
