using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// The log of what other machines do and say. They decide how often, how much and what: lines of a kind are bounded in number,
/// and each is one short line that nothing can be hidden in, whatever the sink.
/// </summary>
internal sealed class PeerLogger(ILogger log, TimeProvider time) : ILogger
{
    /// <summary>Most lines of a kind within <see cref="LineRate.Interval"/>.</summary>
    internal const int MostLines = 20;

    /// <summary>Most characters of a line; the rest is cut.</summary>
    internal const int MostCharacters = 1000;

    private readonly ConcurrentDictionary<int, LineRate> _rates = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || !_rates.GetOrAdd(eventId.Id, _ => new LineRate(time, MostLines)).TryTake(out long unsaid))
        {
            return;
        }

        // not the values that it was put together from: a sink that prints them would print what the peer wrote
        string text = LogText.OneLine(formatter(state, exception), MostCharacters);
        log.Log(logLevel, eventId, unsaid == 0 ? text : $"{text} ({unsaid} others since the last such line)", exception, static (line, _) => line);
    }
}
