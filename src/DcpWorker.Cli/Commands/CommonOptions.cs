using System.CommandLine;

namespace DcpWorker.Cli.Commands;

/// <summary>Options that several verbs have, each with the same name and meaning everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string?> Scheduler() => new("--scheduler")
    {
        Description = "The scheduler's location. Default: DCP_SCHEDULER_LOCATION, else the public network's.",
        HelpName = "URL",
    };

    public static Option<string?> Evaluator() => new("--evaluator")
    {
        Description = "Where the inet-daemon listens. Default: DCP_EVALUATOR_LOCATION, else tcp://localhost:9000.",
        HelpName = "tcp://HOST:PORT",
    };

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    public static Option<bool> Verbose() => new("--verbose", "-v") { Description = "Say more." };
}
