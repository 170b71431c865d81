namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>
/// Chooses the slice that is computed next: each job in turn, those with the fewest slices at work first, short ones before
/// long ones; jobs that are almost done get ahead at every other turn, so that their owners do not wait for a last slice,
/// and jobs that the scheduler prefers as often as it wants.
/// </summary>
internal sealed class SlicePicker(double cores, double maxLongShare, Func<double> random)
{
    /// <summary>Cores by which the estimate of what is in use may be wrong.</summary>
    private double Slop => cores <= 1 ? 0.125 : 0.25;

    private bool _almostDoneTurn;

    /// <summary>The next slice, or null when none fits. Does not change any state but whose turn it is.</summary>
    /// <param name="jobs">All jobs.</param>
    /// <param name="working">Sum of the densities of what is being computed.</param>
    public Slice? Next(IEnumerable<Job> jobs, double working)
    {
        List<Job> candidates = [];
        int longWorking = 0;
        bool shortWaits = false;
        foreach (Job job in jobs)
        {
            bool isLong = job.Slices.Values.FirstOrDefault()?.Message.IsLong ?? false;
            longWorking += isLong ? job.Working : 0;
            if (job.State == JobState.Ready && job.Ready.Count > 0)
            {
                candidates.Add(job);
                shortWaits |= !job.Ready.First!.Value.Message.IsLong;
            }
        }

        double space = cores - working;
        candidates.RemoveAll(j => working > 0 && j.Metrics.Density > space + Slop);
        if (shortWaits && longWorking >= Math.Max(1, Math.Floor(maxLongShare * cores)))
        {
            candidates.RemoveAll(j => j.Ready.First!.Value.Message.IsLong);
        }

        if (candidates.Count == 0 || (working > 0 && space < Slop))
        {
            return null;
        }

        if (candidates.FindAll(j => j.Message.SlicePreference > random()) is { Count: > 0 } preferred)
        {
            candidates = preferred;
        }

        _almostDoneTurn = !_almostDoneTurn;
        List<Job> almostDone = candidates.Count > 1 && _almostDoneTurn ? candidates.FindAll(j => j.Message.AlmostDone) : [];
        Job chosen = almostDone.Count > 0
            ? almostDone[(int)(random() * almostDone.Count) % almostDone.Count]
            : candidates.MinBy(j => (j.Working * j.Metrics.Density, j.Metrics.Expected ?? TimeSpan.Zero))!;
        return chosen.Ready.First!.Value;
    }
}
