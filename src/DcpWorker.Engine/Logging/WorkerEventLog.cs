using System.Text.Json;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// The events of a worker as lines of the log: an hour's log at level info says what was computed, one at level warning
/// only what somebody should look at.
/// </summary>
public static class WorkerEventLog
{
    private const string Category = "Worker";

    /// <summary>Writes the events of a worker to the sinks that take events, from now on, until its end.</summary>
    public static Task FollowAsync(Worker worker, LogDispatcher log)
    {
        if (!log.TakesEvents)
        {
            return Task.CompletedTask;
        }

        log.HasEvents = true;
        return FollowAsync(worker.Subscribe(CancellationToken.None), log);
    }

    private static async Task FollowAsync(IAsyncEnumerable<WorkerEvent> events, LogDispatcher log)
    {
        await foreach (WorkerEvent e in events.ConfigureAwait(false))
        {
            LogLevel level = LevelOf(e);
            if (log.IsEnabled(level))
            {
                log.WriteEvent(ToEntry(e, level));
            }
        }
    }

    /// <summary>How much an event matters.</summary>
    public static LogLevel LevelOf(WorkerEvent e) => e switch
    {
        WorkerError => LogLevel.Error,
        WorkerWarning or SliceFailed or ResultRefused or FetchFailed or ServiceDisconnected or EvaluatorDown => LogLevel.Warning,
        FetchCompleted { Slices.Count: 0 } or FetchStarted or SandboxReady or SandboxAssigned or SandboxTerminated => LogLevel.Debug,
        SliceStarted or ResultSubmitted or SliceConsole => LogLevel.Debug,
        SliceProgress => LogLevel.Trace,
        _ => LogLevel.Information,
    };

    private static LogEntry ToEntry(WorkerEvent e, LogLevel level)
    {
        string kind = JsonNamingPolicy.CamelCase.ConvertName(e.GetType().Name);
        string text = WorkerEventText.Describe(e);
        return new LogEntry(e.Time, level, Category, LogText.OneLine(text.Length == 0 ? kind : $"{kind}: {text}"))
        {
            Event = WorkerEventJson.ToJson(e),
        };
    }
}
