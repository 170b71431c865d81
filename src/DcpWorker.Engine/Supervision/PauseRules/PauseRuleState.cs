namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>
/// Whether a rule pauses now, with hysteresis: it begins at once, and ends only when what it is about has been over for the rule's time
/// without a break.
/// </summary>
internal sealed class PauseRuleState(PauseRule rule, TimeProvider time)
{
    private long? _overSince;

    public PauseRule Rule => rule;

    /// <summary>Whether it pauses.</summary>
    public bool IsPausing { get; private set; }

    /// <summary>Takes a look into account; true when <see cref="IsPausing"/> has changed.</summary>
    public bool Take(PauseVerdict verdict)
    {
        bool before = IsPausing;
        if (verdict == PauseVerdict.Pause)
        {
            IsPausing = true;
        }

        // a break begins the time anew
        _overSince = verdict == PauseVerdict.Resume ? _overSince ?? time.GetTimestamp() : null;
        if (_overSince is { } since && time.GetElapsedTime(since) >= rule.ResumeAfter)
        {
            IsPausing = false;
        }

        return IsPausing != before;
    }
}
