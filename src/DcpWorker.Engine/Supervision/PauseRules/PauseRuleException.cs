namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>A rule for pausing that cannot be read.</summary>
public sealed class PauseRuleException : DcpException
{
    /// <summary>How rules are written.</summary>
    public const string Forms =
        "'load > 4', 'load > 0.8 per core', 'battery', 'user-active' or 'hours Mon-Fri 08:00-18:00', "
        + "each with 'resume after 5min' behind it if need be, and for load 'resume below 3 after 5min'";

    /// <summary>Makes the error.</summary>
    /// <param name="text">The rule as it was written.</param>
    /// <param name="fault">What is wrong with it, as the end of a sentence.</param>
    public PauseRuleException(string text, string fault)
        : base($"'{text}' is no rule for pausing: {fault}. Rules are {Forms}.")
    {
    }

    /// <inheritdoc/>
    public override string Code => "PauseRuleInvalid";
}
