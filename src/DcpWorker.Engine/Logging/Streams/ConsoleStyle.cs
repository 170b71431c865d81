namespace DcpWorker.Engine.Logging.Streams;

/// <summary>How lines look on a stream.</summary>
public enum ConsoleStyle
{
    /// <summary><c>warning: Supervisor: TEXT</c></summary>
    Plain,

    /// <summary>The same with the level in colour, for a terminal.</summary>
    Coloured,

    /// <summary><c>&lt;4&gt;Supervisor: TEXT</c>, which the journal takes the level from. Source: sd-daemon(3).</summary>
    Journal,
}
