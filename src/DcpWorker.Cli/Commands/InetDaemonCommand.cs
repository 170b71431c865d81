using System.CommandLine;
using System.Net;
using DcpWorker.Cli.Configuration;
using DcpWorker.Cli.Output;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Services;
using DcpWorker.Engine.Services.Notification;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary><c>dcp-worker inet-daemon</c>: offers evaluators on a TCP port.</summary>
internal static class InetDaemonCommand
{
    private static readonly Option<string?> Listen = new("--listen", "-l")
    {
        Description = "Address and port to listen on; port 0 lets the system choose. Default: evaluator.listen of the configuration, port 9000 on loopback.",
        HelpName = "HOST:PORT",
    };

    private static readonly Option<string[]> AllowFrom = new("--allow-from")
    {
        Description = "A network that may connect beside this machine, such as 192.0.2.0/24, or an address; needed to listen on more than loopback.",
        HelpName = "NETWORK",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> LocalUsers = new("--local-user")
    {
        Description = "A user of this machine that may connect: a name, a number, or 'self' for the daemon's own. Default: all of them.",
        HelpName = "USER",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<int?> MaxConnections = new("--max-connections")
    {
        Description = "Most evaluators at once. Default: twice the sandboxes of a worker on this machine.",
        HelpName = "N",
    };

    private static readonly Option<int?> Nice = new("--nice") { Description = "Nice value of evaluators, 0 to 19. Default: 18.", HelpName = "N" };

    private static readonly Option<string?> EvaluatorPath = new("--evaluator")
    {
        Description = "The evaluator program. Default: DCP_EVALUATOR, else the one beside this program.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Manifest = new("--sandbox-manifest")
    {
        Description = "The list of sandbox files. Default: DCP_SANDBOX_MANIFEST, else the one installed with this program.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> User = new("--user")
    {
        Description = "Run evaluators as this user; for a daemon that is root. Default: dcp, else nobody. 'root' only where root can harm nothing.",
        HelpName = "NAME|UID:GID",
    };

    private static readonly Option<bool> AllowRoot = CommonOptions.AllowRoot();
    private static readonly Option<bool> AllowNoLockDown = new("--allow-no-lockdown")
    {
        Description = "Offer evaluators although their lock-down is not in force: only where their jobs can harm nothing.",
    };

    private static readonly Option<string?> ConfigRoot = ConfigCommand.RootOption();
    private static readonly Option<string[]> Log = LogOption.Create();
    private static readonly Option<bool> Json = CommonOptions.Json("Events as JSON lines on stdout.");
    private static readonly Option<bool> Verbose = CommonOptions.Verbose();

    public static Command Create() => new Command("inet-daemon", "Starts a locked-down evaluator for each TCP connection.")
    {
        Listen, AllowFrom, LocalUsers, MaxConnections, Nice, EvaluatorPath, Manifest, User, AllowRoot, AllowNoLockDown, ConfigRoot, Log, Json, Verbose,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        Failure.Warn(RootUser.Check("The inet-daemon", "dcp-worker inet-daemon", parsed.GetValue(AllowRoot)));
        using StopSignals signals = new(line => Stderr.Write(LogLevel.Information, line));
        ConfigurationTree tree = await Settings.ReadAsync(parsed.GetValue(ConfigRoot), signals.Soft);
        using ProgramLog log = ProgramLog.Start(ProgramLog.InetDaemon, parsed.GetValue(Log), tree, parsed.GetValue(Verbose));
        signals.OnHangUp = log.OnHangUp;
        return await log.GuardAsync(() => ServeAsync(parsed, tree, log.Loggers, signals));
    }

    private static async Task<int> ServeAsync(ParseResult parsed, ConfigurationTree tree, ILoggerFactory logs, StopSignals signals)
    {
        bool json = parsed.GetValue(Json);
        using ServiceNotifier notifier = ServiceNotifier.FromProcess(logs.CreateLogger<ServiceNotifier>());
        await using InetDaemon daemon = InetDaemon.Start(ReadOptions(parsed, tree), logs.CreateLogger<InetDaemon>());
        await using ControlServer control = InetDaemonControl.Serve(daemon, logs.CreateLogger("DcpWorker.Control"));
        await using InetDaemonReports reports = InetDaemonReports.Start(daemon, notifier);
        Task events = PrintAsync(daemon.Subscribe(default), json, parsed.GetValue(Verbose));
        await daemon.Ready.WaitAsync(signals.Soft).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (daemon.Ready.IsCompletedSuccessfully)
        {
            if (!json)
            {
                EventLines.Write(LogLevel.Information, $"dcp-inet-daemon: listening on {string.Join(", ", daemon.Endpoints.Select(e => $"tcp://{e}"))}");
            }

            await Task.WhenAny(daemon.Completion, Task.Delay(Timeout.Infinite, signals.Soft));
        }

        await reports.DisposeAsync();
        await daemon.StopAsync();
        await events;
        await daemon.Ready;
        return ExitCode.Done;
    }

    /// <summary>The configuration, and over it the command line.</summary>
    private static InetDaemonOptions ReadOptions(ParseResult parsed, ConfigurationTree tree)
    {
        IPEndPoint? listen = parsed.GetValue(Listen) is { } address ? ListenAddress.Parse(address) : null;
        IPNetwork[]? networks = parsed.GetValue(AllowFrom) is { Length: > 0 } given ? [.. given.Select(AllowedNetwork.Parse)] : null;
        uint[]? users = parsed.GetValue(LocalUsers) is { Length: > 0 } admitted ? [.. admitted.Select(LocalUser.Parse)] : null;
        bool asRoot = parsed.GetValue(User) == "root" && RootUser.IsCurrent;
        UnixUser? user = asRoot ? null : UnixUser.ForEvaluators(parsed.GetValue(User));
        int? nice = parsed.GetValue(Nice) is null or (>= 0 and <= 19) ? parsed.GetValue(Nice) : throw new UsageException("--nice takes a number from 0 to 19.");
        int? most = parsed.GetValue(MaxConnections) is null or >= 1 ? parsed.GetValue(MaxConnections) : throw new UsageException("--max-connections takes a number from 1 on.");

        EvaluatorCommand evaluator = EvaluatorCommand.Locate(parsed.GetValue(EvaluatorPath), parsed.GetValue(Manifest));
        InetDaemonOptions options = InetDaemonConfiguration.Read(tree, evaluator);
        return options with
        {
            Listen = listen ?? options.Listen,
            Inherited = InheritedListeners.Take(),
            AllowFrom = networks ?? options.AllowFrom,
            LocalUsers = users ?? options.LocalUsers,
            MaxConnections = most ?? options.MaxConnections,
            Nice = nice ?? options.Nice,
            RunAs = user,
            AllowRoot = asRoot,
            LockDown = parsed.GetValue(AllowNoLockDown) ? LockDownPolicy.Optional : options.LockDown,
        };
    }

    private static async Task PrintAsync(IAsyncEnumerable<InetDaemonEvent> events, bool json, bool verbose)
    {
        await foreach (InetDaemonEvent e in events)
        {
            if (json)
            {
                JsonLines.Write(InetDaemonEventOutput.ToJson(e));
            }
            else if (InetDaemonEventOutput.ToLine(e, verbose) is { } line)
            {
                EventLines.Write(InetDaemonEventOutput.LevelOf(e), Printable.Line(line));
            }
        }
    }
}
