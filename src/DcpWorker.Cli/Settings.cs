using DcpWorker.Engine.Sandboxes;

namespace DcpWorker.Cli;

/// <summary>
/// Where a setting comes from: the command line, else the environment, else what is built in. The one place to put
/// configuration files into the order.
/// </summary>
internal static class Settings
{
    private static readonly Uri PublicScheduler = new("https://scheduler.distributed.computer/");

    /// <summary>The scheduler's location.</summary>
    public static Uri Scheduler(string? option)
    {
        string? text = option ?? Variable("DCP_SCHEDULER_LOCATION");
        return text is null ? PublicScheduler
            : Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
            : throw new UsageException($"'{text}' is no location of a scheduler: give a URL such as {PublicScheduler}.");
    }

    /// <summary>Where the inet-daemon listens.</summary>
    public static EvaluatorLocation Evaluator(string? option) =>
        (option ?? Variable("DCP_EVALUATOR_LOCATION")) is { } text ? EvaluatorLocation.Parse(text) : EvaluatorLocation.Default;

    /// <summary>Where this user's keystores and what must survive a restart are: as for every DCP program.</summary>
    public static string ResourceDirectory()
    {
        if (Variable("DCP_RESOURCE_DIR") is { } named)
        {
            return named;
        }

        if (Variable("XDG_DATA_HOME") is { } data)
        {
            return Path.Combine(data, "dcp");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? Path.Combine(home, ".dcp")
            : throw new UsageException("There is no home directory to keep keystores in: name a directory in DCP_RESOURCE_DIR.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
