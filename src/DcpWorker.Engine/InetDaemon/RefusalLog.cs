using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Logs refused connections at most once in a while: whoever knocks must not fill the disk.</summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _last;
    private long _unsaid;

    internal void Add(string reason)
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                _unsaid++;
                return;
            }

            _last = time.GetTimestamp();
            LogRefused(log, reason, _unsaid);
            _unsaid = 0;
        }
    }

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Connection refused: {Reason} ({Unsaid} others since the last such line)")]
    private static partial void LogRefused(ILogger log, string reason, long unsaid);
}
