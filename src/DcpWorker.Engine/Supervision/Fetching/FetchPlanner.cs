namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>
/// Decides for how many cores work is asked. Enough is kept queued that no sandbox waits for the scheduler, no more: what
/// lies here cannot be computed by others. Slices that take less than a request does are asked for in bulk, by as much as
/// the scheduler's last answers fell short.
/// </summary>
internal sealed class FetchPlanner(double cores, TimeSpan queueTarget, int maxFactor)
{
    private double _slicesPerCore = 1;

    /// <summary>A job's share in the load of the worker.</summary>
    /// <param name="Queued">Slices that wait.</param>
    /// <param name="Working">Slices in a sandbox.</param>
    /// <param name="Density">Share of a core that one keeps busy.</param>
    /// <param name="Expected">What one takes; null when unknown.</param>
    public readonly record struct JobLoad(int Queued, int Working, double Density, TimeSpan? Expected);

    /// <summary>Cores to ask work for; 0 when there is enough.</summary>
    public int Plan(IReadOnlyCollection<JobLoad> jobs)
    {
        double busy = 0;
        double queuedSeconds = 0;
        double shortest = double.PositiveInfinity;
        foreach (JobLoad job in jobs)
        {
            // of an unknown job one slice for each core is enough: the first results will tell
            double seconds = job.Expected?.TotalSeconds ?? double.PositiveInfinity;
            if (job.Queued > 0)
            {
                queuedSeconds += double.IsInfinity(seconds) ? job.Queued * queueTarget.TotalSeconds : job.Queued * seconds * job.Density;
            }

            if (job.Queued + job.Working > 0)
            {
                shortest = Math.Min(shortest, seconds);
            }

            // what ends before more could be here does not count
            busy += seconds > queueTarget.TotalSeconds ? job.Working * job.Density : 0;
        }

        double missing = (queueTarget.TotalSeconds * (cores - busy)) - queuedSeconds;
        if (missing <= 0 || cores - busy - (queuedSeconds / queueTarget.TotalSeconds) < Math.Min(0.5, cores / 2))
        {
            return 0;
        }

        double free = Math.Max(1, Math.Ceiling(cores - busy));
        if (double.IsInfinity(shortest))
        {
            return (int)free;
        }

        double slices = missing / Math.Max(shortest, 0.001);
        return (int)Math.Clamp(Math.Ceiling(slices / _slicesPerCore), free, free * maxFactor);
    }

    /// <summary>Learns how many slices the scheduler sends for a core.</summary>
    public void Answered(int cores, int slices)
    {
        if (slices > 0)
        {
            _slicesPerCore += 0.5 * (Math.Max(1, (double)slices / Math.Max(1, cores)) - _slicesPerCore);
        }
    }
}
