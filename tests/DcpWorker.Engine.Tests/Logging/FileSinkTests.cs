using System.Globalization;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>Log files: whole lines, rotated, shared, private.</summary>
public sealed class FileSinkTests : IDisposable
{
    private static readonly LogSource Source = new("dcp-worker", "42", "host");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));

    private string File => Path.Combine(_folder.Path, "x.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_says_when_who_how_grave_and_what()
    {
        Write(new FileSinkOptions { Path = File }, "one", "two");
        Assert.Equal("2026-03-04T05:06:07.089Z dcp-worker[42] warning Part: one\n2026-03-04T05:06:07.089Z dcp-worker[42] warning Part: two\n", Read(File));
    }

    [Fact]
    public void A_line_of_json_says_the_same_to_programs()
    {
        LogEntry entry = new(_time.GetUtcNow(), LogLevel.Error, "Part", "text") { Id = 7, Event = new JsObject { ["event"] = "x", ["location"] = "http://scott:tiger@x/", ["joinSecret"] = "tiger", ["text"] = "a\u2028b\u0085\u202e" } };
        using FileSink sink = new(new FileSinkOptions { Path = File, Format = LogLineFormat.Json }, Source, _time);
        sink.Write([entry]);

        string line = Assert.Single(Read(File).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            """{"time":"2026-03-04T05:06:07.089Z","level":"error","program":"dcp-worker","pid":42,"category":"Part","message":"text","id":7,"data":{"event":"x","location":"http://scott:********@x/","joinSecret":"********","text":"a\u2028b\u0085\u202e"}}""",
            line);
    }

    [Fact]
    public void A_new_file_can_be_read_by_its_group_and_nobody_else_whatever_the_umask_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int before = Umask(0x3F);
        try
        {
            Write(new FileSinkOptions { Path = File }, "x");
        }
        finally
        {
            _ = Umask(before);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, System.IO.File.GetUnixFileMode(File));
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(new FileSinkOptions { Path = File }, "y");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_file_that_would_grow_too_large_is_put_aside_and_the_oldest_goes()
    {
        FileSinkOptions options = new() { Path = File, MaxSize = 1000, Keep = 2 };
        System.IO.File.WriteAllText($"{File}.3", "from when more were kept");
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => i.ToString("d3", CultureInfo.InvariantCulture) + new string('x', 97))];
        foreach (string text in texts)
        {
            Write(options, text);
        }

        Assert.Equal(["x.log", "x.log.1", "x.log.2"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_folder.Path), f => Assert.InRange(new FileInfo(f).Length, 1, 1000));
        string kept = Read($"{File}.2") + Read($"{File}.1") + Read(File);
        string[] lines = kept.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.EndsWith(new string('x', 97), line, StringComparison.Ordinal));
        Assert.Equal(texts.TakeLast(lines.Length), lines.Select(l => l[^100..]));
    }

    [Fact]
    public void A_file_whose_first_line_is_too_old_is_put_aside_also_by_the_next_process()
    {
        FileSinkOptions options = new() { Path = File, MaxAge = TimeSpan.FromDays(1) };
        Write(options, "first");
        _time.Advance(TimeSpan.FromHours(23));
        Write(options, "second");
        _time.Advance(TimeSpan.FromHours(1));
        Write(options, "third");

        Assert.EndsWith("Part: third", Assert.Single(Lines(File)), StringComparison.Ordinal);
        Assert.Equal(2, Lines($"{File}.1").Length);
        Write(options with { Format = LogLineFormat.Json }, "fourth");
        _time.Advance(TimeSpan.FromDays(2));
        Write(options with { Format = LogLineFormat.Json }, "fifth");
        _time.Advance(TimeSpan.FromDays(2));
        Write(options with { Format = LogLineFormat.Json }, "sixth");
        Assert.Single(Lines(File));
    }

    [Fact]
    public void Nothing_is_kept_when_nothing_is_to_be_kept()
    {
        FileSinkOptions options = new() { Path = File, MaxSize = 1000, Keep = 0 };
        for (int i = 0; i < 30; i++)
        {
            Write(options, new string('x', 100));
        }

        Assert.Equal([File], Directory.GetFiles(_folder.Path));
        Assert.InRange(new FileInfo(File).Length, 1, 1000);
    }

    [Fact]
    public void A_line_that_is_longer_than_a_file_may_be_is_written_whole()
    {
        FileSinkOptions options = new() { Path = File, MaxSize = 1000 };
        Write(options, new string('x', 3000));
        Write(options, new string('y', 3000));
        Assert.Equal(3000, Read(File).Count(c => c == 'y'));
        Assert.Equal(3000, Read($"{File}.1").Count(c => c == 'x'));
    }

    [Fact]
    public void A_file_that_cannot_be_put_aside_is_written_to_as_before()
    {
        Directory.CreateDirectory(Path.Combine($"{File}.1", "in the way"));
        FileSinkOptions options = new() { Path = File, MaxSize = 1000, Keep = 1 };
        using FileSink sink = new(options, Source, _time);
        for (int i = 0; i < 30; i++)
        {
            sink.Write([Entry(new string('x', 100))]);
        }

        Assert.Equal(30, Lines(File).Length);
    }

    [Fact]
    public void A_file_that_was_moved_away_is_made_anew_with_the_next_line_or_when_asked()
    {
        using FileSink sink = new(new FileSinkOptions { Path = File }, Source, _time);
        sink.Write([Entry("one")]);
        System.IO.File.Move(File, $"{File}.moved");
        sink.Write([Entry("two")]);
        Assert.EndsWith("Part: one", Assert.Single(Lines($"{File}.moved")), StringComparison.Ordinal);
        Assert.EndsWith("Part: two", Assert.Single(Lines(File)), StringComparison.Ordinal);

        System.IO.File.Move(File, $"{File}.again");
        sink.Reopen();
        Assert.Equal("", Read(File));
    }

    [Fact]
    public void What_another_left_unfinished_does_not_swallow_the_next_line()
    {
        System.IO.File.WriteAllText(File, "half a li");
        Write(new FileSinkOptions { Path = File }, "whole");
        Assert.Equal(2, Lines(File).Length);
        Assert.Equal("half a li", Lines(File)[0]);
    }

    [Fact]
    public void A_device_that_is_full_is_an_error_and_nothing_else()
    {
        if (!System.IO.File.Exists("/dev/full"))
        {
            return;
        }

        using FileSink sink = new(new FileSinkOptions { Path = "/dev/full" }, Source, _time);
        Assert.ThrowsAny<IOException>(() => sink.Write([Entry("x")]));
    }

    [Theory]
    [InlineData("/no/such/folder/x.log")]
    [InlineData("/")]
    public void A_file_that_cannot_be_is_an_error_and_nothing_else(string path)
    {
        using FileSink sink = new(new FileSinkOptions { Path = path }, Source, _time);
        Assert.True(Record.Exception(() => sink.Write([Entry("x")])) is IOException or UnauthorizedAccessException);
    }

    [Fact]
    public async Task Writers_of_one_file_lose_no_line_of_each_other_while_it_is_rotated()
    {
        const int Writers = 4;
        const int Each = 500;
        FileSinkOptions options = new() { Path = File, MaxSize = 5000, Keep = 1000 };
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            using FileSink sink = new(options, Source, TimeProvider.System);
            for (int i = 0; i < Each; i++)
            {
                sink.Write([Entry($"{w}:{i}")]);
            }
        })));

        string[] texts = [.. Directory.GetFiles(_folder.Path).SelectMany(Lines).Select(l => l[(l.LastIndexOf(' ') + 1)..])];
        Assert.Equal(Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Range(0, Each).Select(i => $"{w}:{i}")).Order(StringComparer.Ordinal), texts.Order(StringComparer.Ordinal));
    }

    [DllImport("libc", EntryPoint = "umask")]
    private static extern int Umask(int mask);

    private static string[] Lines(string file) => Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Read(string file)
    {
        // not File.ReadAllText, which locks the file
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    private LogEntry Entry(string text) => new(_time.GetUtcNow(), LogLevel.Warning, "Part", text);

    private void Write(FileSinkOptions options, params string[] texts)
    {
        using FileSink sink = new(options, Source, _time);
        Assert.Equal(texts.Length, sink.Write([.. texts.Select(Entry)]));
    }
}
