using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Cli.Configuration;
using DcpWorker.Cli.Control;
using DcpWorker.Cli.Demo;
using DcpWorker.Cli.Keystores;
using DcpWorker.Cli.Services;

namespace DcpWorker.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (OperatingSystem.IsWindows() && args is [WindowsService.Option, { } name, .. string[] rest])
        {
            return WindowsService.Run(name, () => Main(rest));
        }

        try
        {
            return Run(MkadArguments.Translate(args));
        }
        catch (UsageException e)
        {
            return Failure.Report(e);
        }
    }

    private static int Run(string[] args)
    {
        RootCommand root = new("A worker for the Distributed Compute Protocol (DCP).")
        {
            StartCommand.Create(),
            StatusCommand.Create(),
            StopCommand.Create(),
            PauseCommand.Create(),
            PauseCommand.CreateResume(),
            InetDaemonCommand.Create(),
            ServiceVerbs.Create(),
            TestCommand.Create(),
            new Command("job", "Deploys jobs.") { JobRunCommand.Create() },
            new Command("evaluator", "Looks after evaluators.") { EvaluatorTestCommand.Create() },
            DemoCommand.Create(),
            ConfigCommand.Create(),
            KeystoreCommand.Create(),
        };
        if (args is [ConfigGetCommand.Alias, ..])
        {
            root.Add(ConfigGetCommand.CreateAlias());
        }

        // @FILE is the value of an option here (--data @FILE), not a list of arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"dcp-worker: {Printable.Line(parsed.Errors[0].Message)} Try --help.");
            return ExitCode.Usage;
        }

        // Signals are ours (StopSignals), and so is what an exception leads to (Failure).
        InvocationConfiguration configuration = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return parsed.Invoke(configuration);
    }
}
