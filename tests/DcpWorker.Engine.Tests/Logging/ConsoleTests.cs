using System.Text;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Streams;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>Lines on a console.</summary>
public sealed class ConsoleTests
{
    [Theory]
    [InlineData(ConsoleStyle.Plain, "warning: Part: two\\nlines\n")]
    [InlineData(ConsoleStyle.Coloured, "\u001b[33mwarning:\u001b[0m Part: two\\nlines\n")]
    [InlineData(ConsoleStyle.Journal, "<4>Part: two\\nlines\n")]
    public void A_line_looks_as_its_reader_wants_it(ConsoleStyle style, string line)
    {
        using MemoryStream stream = new();
        using (LogDispatcher log = LogDispatcher.Start([new ConsoleSinkOptions()], LogSource.OfThisProcess("x"), new ConsoleTarget(stream, style), TimeProvider.System))
        {
            log.CreateLogger("A.Part").LogWarning("two\nlines");
            log.CreateLogger("A.Part").LogInformation("below the level");
        }

        Assert.Equal(line, Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_console_that_is_not_there_is_left_out()
    {
        using LogDispatcher log = LogDispatcher.Start([new ConsoleSinkOptions()], LogSource.OfThisProcess("x"), null, TimeProvider.System);
        Assert.Equal(LogLevel.None, log.Least);
        Assert.False(log.CreateLogger("x").IsEnabled(LogLevel.Critical));
    }

    [Fact]
    public void The_journal_is_known_by_its_device_and_inode()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using FileStream file = new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        int descriptor = (int)file.SafeFileHandle.DangerousGetHandle();
        string identity = JournalConnection.Identity(descriptor)!;
        using System.Diagnostics.Process stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["--format", "%d:%i", file.Name]) { RedirectStandardOutput = true })!;

        Assert.Equal(stat.StandardOutput.ReadToEnd().Trim(), identity);
        Assert.True(JournalConnection.Is(descriptor, identity));
        Assert.False(JournalConnection.Is(descriptor, identity + "1"));
        Assert.False(JournalConnection.Is(descriptor, null));
        Assert.False(JournalConnection.Is(-1, identity));
    }
}
