using System.CommandLine;
using DcpWorker.Engine;

namespace DcpWorker.Cli.Commands;

/// <summary>Options that several verbs have, each with the same name and meaning everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string?> Scheduler() => new("--scheduler")
    {
        Description = "The scheduler's location. Default: scheduler.location of the configuration.",
        HelpName = "URL",
    };

    public static Option<string?> Evaluator() => new("--evaluator")
    {
        Description = "Where the inet-daemon listens. Default: evaluator.location of the configuration.",
        HelpName = "tcp://HOST:PORT",
    };

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    public static Option<bool> AllowRoot() => new("--allow-root") { Description = RootUser.OptionDescription };

    public static Option<bool> Verbose() => new("--verbose", "-v") { Description = "Say more." };
}
