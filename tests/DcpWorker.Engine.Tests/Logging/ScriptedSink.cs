using DcpWorker.Engine.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>A sink that keeps what it is given, and fails or waits when it is told to.</summary>
internal sealed class ScriptedSink : ILogSink
{
    private readonly Lock _gate = new();
    private readonly List<string> _texts = [];
    private int _attempts;

    public ManualResetEventSlim Open { get; } = new(initialState: true);

    public volatile bool IsBroken;

    public int Attempts => Volatile.Read(ref _attempts);

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_gate)
            {
                return [.. _texts];
            }
        }
    }

    public int Write(ReadOnlySpan<LogEntry> entries)
    {
        Interlocked.Increment(ref _attempts);
        Open.Wait();
        if (IsBroken)
        {
            throw new IOException("no paper\nleft");
        }

        lock (_gate)
        {
            foreach (LogEntry entry in entries)
            {
                _texts.Add(entry.Text);
            }
        }

        return entries.Length;
    }

    public void Dispose() => IsDisposed = true;
}
