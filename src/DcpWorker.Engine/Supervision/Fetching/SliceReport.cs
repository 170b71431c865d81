using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>
/// The regular report of the slices that the worker holds (Soteria): the scheduler hands out again what is missing in it.
/// </summary>
internal sealed class SliceReport(TimeSpan interval, TimeProvider time)
{
    private TimeSpan _interval = interval;
    private bool _usesLifetime;
    private double _lifetimeFactor = 1;
    private long _last = time.GetTimestamp();

    /// <summary>Whether it is time for a report.</summary>
    public bool IsDue => time.GetElapsedTime(_last) >= _interval;

    /// <summary>Until the next report.</summary>
    public TimeSpan Remaining => _interval - time.GetElapsedTime(_last);

    /// <summary>Takes in the scheduler's wishes: <c>{shared: {frequencyMs, useLifetimeAnalysis, lifetimeFactor}}</c>.</summary>
    public void Configure(JsValue settings)
    {
        JsValue shared = settings["shared"];
        if (shared["frequencyMs"].AsNumber() is { } ms and >= 1000 and <= 86_400_000)
        {
            _interval = TimeSpan.FromMilliseconds(ms);
        }

        _usesLifetime = shared["useLifetimeAnalysis"].AsBoolean() ?? _usesLifetime;
        if (shared["lifetimeFactor"].AsNumber() is { } factor and >= 0.1 and <= 100)
        {
            _lifetimeFactor = factor;
        }
    }

    public void Sent() => _last = time.GetTimestamp();

    /// <summary>Job id to numbers of the slices that are not finished.</summary>
    public static JsObject Held(WorkSet work)
    {
        JsObject held = [];
        foreach (Job job in work.Jobs.Where(j => j.Slices.Count > 0))
        {
            held[job.Id] = new JsArray(job.Slices.Keys.Order().Select(JsValue? (n) => n));
        }

        return held;
    }

    /// <summary>As <see cref="Held"/>, of those alone that take suspiciously long; null when the scheduler does not want to know.</summary>
    public JsValue Overdue(WorkSet work)
    {
        if (!_usesLifetime)
        {
            return JsValue.Null;
        }

        JsObject overdue = [];
        foreach (Job job in work.Jobs)
        {
            JsArray numbers = new(job.Slices.Values
                .Where(s => s.State == SliceState.Working && time.GetUtcNow() - s.Started > job.Metrics.OverdueAfter(_lifetimeFactor, s.Message.CotaskCount))
                .Select(JsValue? (s) => s.Number));
            if (numbers.Items.Count > 0)
            {
                overdue[job.Id] = numbers;
            }
        }

        return overdue;
    }
}
