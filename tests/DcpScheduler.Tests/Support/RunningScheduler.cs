using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DcpScheduler.Tests.Support;

/// <summary>The whole scheduler in this process, on a port that the system chose, with a log that can be waited for.</summary>
internal sealed class RunningScheduler : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _log = [];
    private SchedulerHost? _host;

    public Uri Url => _host!.Url;

    public static async Task<RunningScheduler> StartAsync(string folder, Func<SchedulerOptions, SchedulerOptions>? change = null)
    {
        RunningScheduler scheduler = new();
        SchedulerOptions options = SchedulerOptions.Default with { Port = 0, DataDirectory = folder };
        scheduler._host = await SchedulerHost.StartAsync(change?.Invoke(options) ?? options, TimeProvider.System, LogLevel.Debug, scheduler);
        return scheduler;
    }

    /// <summary>Waits until so many messages of an event have these words in them.</summary>
    public async Task LoggedAsync(int id, string words, int times = 1)
    {
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(2));
        while (_log.Count(l => l.Id == id && l.Text.Contains(words, StringComparison.Ordinal)) < times)
        {
            await Task.Delay(20, late.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
        // the factory of loggers disposes of its providers; there is nothing to be freed
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
