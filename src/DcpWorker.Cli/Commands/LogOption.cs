using System.CommandLine;
using DcpWorker.Engine.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary>Where the log goes.</summary>
internal static class LogOption
{
    public const string Name = "--log";

    public static Option<string[]> Create() => new(Name)
    {
        Description = $"Where the log goes, instead of what the configuration says; may be given several times. {LogSinkText.Forms}. Default: logging of the configuration.",
        HelpName = "KIND[:VALUE][,NAME=VALUE…]",
        Arity = ArgumentArity.ZeroOrMore,
    };
}
