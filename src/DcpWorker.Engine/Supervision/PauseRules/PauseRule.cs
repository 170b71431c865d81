namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>When a worker pauses by itself, and when it goes on.</summary>
public sealed record PauseRule
{
    internal PauseRule(string text, IPauseCondition condition, TimeSpan resumeAfter) =>
        (Text, Condition, ResumeAfter) = (text, condition, resumeAfter);

    /// <summary>The rule as it was written, with single blanks.</summary>
    public string Text { get; }

    /// <summary>How long what it is about must be over before the worker goes on.</summary>
    public TimeSpan ResumeAfter { get; }

    internal IPauseCondition Condition { get; }

    /// <summary>
    /// Reads a rule: <c>load &gt; 4 [per core] [resume [below 3] [after 5min]]</c>, <c>battery</c>, <c>user-active</c> or
    /// <c>hours [Mon-Fri] 08:00-18:00</c>, each with <c>resume after TIME</c> if wanted. A time is a number with s, min or h.
    /// </summary>
    /// <exception cref="PauseRuleException">It is none.</exception>
    public static PauseRule Parse(string text) => new PauseRuleParser(text).Read();

    /// <inheritdoc/>
    public override string ToString() => Text;
}
