using System.Text;

namespace DcpWorker.Engine.Logging.Streams;

/// <summary>A console: whole lines, each block in one write.</summary>
internal sealed class StreamSink(ConsoleTarget target) : ILogSink
{
    /// <inheritdoc/>
    public int Write(ReadOnlySpan<LogEntry> entries)
    {
        StringBuilder block = new();
        foreach (LogEntry entry in entries)
        {
            block.Append(ConsoleLines.Write(entry, target.Style)).Append(Environment.NewLine);
        }

        target.Stream.Write(Encoding.UTF8.GetBytes(block.ToString()));
        target.Stream.Flush();
        return entries.Length;
    }

    /// <summary>The stream is its owner's.</summary>
    public void Dispose()
    {
    }
}
