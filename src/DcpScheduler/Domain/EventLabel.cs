namespace DcpScheduler.Domain;

/// <summary>The kinds of events that a deployer can subscribe to. Lower case, also where a worker's message is not.</summary>
internal static class EventLabel
{
    /// <summary>The job has ended.</summary>
    public const string Stop = "stop";

    /// <summary>A slice has its result.</summary>
    public const string Result = "result";

    /// <summary>How far the job is.</summary>
    public const string Status = "status";

    /// <summary>A work function printed something.</summary>
    public const string Console = "console";

    /// <summary>A work function threw.</summary>
    public const string Error = "error";

    /// <summary>A work function did not report progress.</summary>
    public const string NoProgress = "noprogress";

    /// <summary>A work function emitted an event of its own.</summary>
    public const string Custom = "custom";

    private static readonly HashSet<string> Known = [Stop, Result, Status, Console, Error, NoProgress, Custom, "complete", "nofunds"];

    /// <summary>Whether a deployer may subscribe to it.</summary>
    public static bool IsKnown(string label) => Known.Contains(label);

    /// <summary>The label for the event name of a worker's message; null for those that workers may not send.</summary>
    public static string? FromWorker(string? eventName) => eventName switch
    {
        "console" => Console,
        "custom" => Custom,
        "error" => Error,
        "noProgress" => NoProgress,
        _ => null,
    };
}
