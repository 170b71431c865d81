using System.CommandLine;
using DcpWorker.Cli.Configuration;
using DcpWorker.Cli.Output;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Services.Notification;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.PauseRules;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary><c>dcp-worker start</c>: takes work from a scheduler until it is told to stop.</summary>
internal static class StartCommand
{
    private static readonly Argument<string?> Keystore = new("KEYSTORE")
    {
        Description = "Keystore of the account that is credited. Only its address is needed: no passphrase is asked for.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Scheduler = CommonOptions.Scheduler();
    private static readonly Option<string?> Evaluator = CommonOptions.Evaluator();
    private static readonly Option<string?> PaymentAddress = new("--payment-address")
    {
        Description = "Address of the account that is credited, instead of a keystore.",
        HelpName = "0x…",
    };

    private static readonly Option<int?> Sandboxes = new("--sandboxes", "-c")
    {
        Description = "How many slices are computed at once. Default: worker.maxSandboxes, else the cores of this machine less one, at least one.",
        HelpName = "N",
    };

    private static readonly Option<double?> ExitWhenIdle = new("--exit-when-idle") { Description = "Stop after so many seconds without work.", HelpName = "SECONDS" };
    private static readonly Option<long?> MaxSlices = new("--max-slices") { Description = "Stop after so many slices.", HelpName = "N" };
    private static readonly Option<double?> StopWithin = new("--stop-within")
    {
        Description = "Once told to stop, give back after so many seconds what has not finished. Default: it may take as long as it needs.",
        HelpName = "SECONDS",
    };

    private static readonly Option<string[]> Jobs = new("--job")
    {
        Description = "Work for this job only; may be given several times.",
        HelpName = "ID",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> PauseWhen = new("--pause-when")
    {
        Description = "Pause by itself while RULE holds; may be given several times: 'load > 4', 'load > 0.8 per core resume below 0.5 after 5min', 'battery', 'user-active', 'hours Mon-Fri 08:00-18:00'.",
        HelpName = "RULE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<PauseMode?> PauseModeOption = new("--pause-mode")
    {
        Description = "What becomes of the slices in sandboxes when a rule pauses: suspend (default; their processes are stopped), finish, or stop (given back at once).",
        HelpName = "suspend|finish|stop",
    };

    private static readonly Option<bool> EvenIfDisabled = new("--even-if-disabled") { Description = "Start although the scheduler has disabled this worker." };
    private static readonly Option<bool> AllowRoot = CommonOptions.AllowRoot();
    private static readonly Option<string?> ConfigRoot = ConfigCommand.RootOption();
    private static readonly Option<string[]> Log = LogOption.Create();
    private static readonly Option<bool> Json = CommonOptions.Json("Events as JSON lines on stdout.");
    private static readonly Option<bool> Verbose = CommonOptions.Verbose();

    public static Command Create() => new Command("start", "Takes work from a scheduler, computes it in sandboxes and delivers the results.")
    {
        Keystore, Scheduler, Evaluator, PaymentAddress, Sandboxes, ExitWhenIdle, MaxSlices, StopWithin, Jobs, PauseWhen, PauseModeOption, EvenIfDisabled, AllowRoot, ConfigRoot, Log, Json, Verbose,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        Failure.Warn(RootUser.Check("A worker", "dcp-worker start", parsed.GetValue(AllowRoot)));
        TimeSpan? stopWithin = Limit(parsed);
        using StopSignals signals = new(line => Stderr.Write(LogLevel.Information, line), "finishing the slices in the sandboxes", stopWithin);
        // one waits for an evaluator and perhaps the scheduler, the other computes
        Task<ConfigurationTree> reading = Settings.ReadAsync(parsed.GetValue(ConfigRoot), signals.Soft);
        Task<PrivateKey> unlocking = Accounts.IdentityAsync(signals.Soft);
        await Task.WhenAll(reading, unlocking);
        using PrivateKey identity = await unlocking;
        using ProgramLog log = ProgramLog.Start(ProgramLog.Worker, parsed.GetValue(Log), await reading, parsed.GetValue(Verbose));
        signals.OnHangUp = log.OnHangUp;
        return await log.GuardAsync(() => WorkAsync(parsed, reading.Result, identity, log, signals));
    }

    private static async Task<int> WorkAsync(ParseResult parsed, ConfigurationTree tree, PrivateKey identity, ProgramLog log, StopSignals signals)
    {
        bool json = parsed.GetValue(Json);
        WorkerOptions options = await ReadOptionsAsync(parsed, tree, signals.Soft);
        await using Worker worker = new(options, identity, TimeProvider.System, log.Loggers);
        if (!json)
        {
            Introduce(options, identity);
        }

        using ServiceNotifier notifier = ServiceNotifier.FromProcess(log.Loggers.CreateLogger<ServiceNotifier>());
        await using ControlServer control = WorkerControl.Serve(worker, options, WorkerControl.StarterOfThisProgram(), log.Loggers.CreateLogger("DcpWorker.Control"));
        await using WorkerReports reports = WorkerReports.Start(worker, options, notifier, Limit(parsed), TimeProvider.System, signals.Soft);
        Task events = Task.WhenAll(PrintAsync(worker.Subscribe(default), json, parsed.GetValue(Verbose)), WorkerEventLog.FollowAsync(worker, log.Sinks));
        using CancellationTokenRegistration stopNow = signals.Hard.Register(() => worker.RequestStop(now: true));
        await worker.RunAsync(signals.Soft);
        WorkerStatus status = worker.Status();
        await worker.DisposeAsync();
        await events;
        if (!json)
        {
            EventLines.Write(
                LogLevel.Information,
                $"{status.SlicesCompleted} slices computed, {status.SlicesFailed} failed, {status.SlicesReturned} returned; {status.Earned} DCC earned.");
        }

        return signals.Hard.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static TimeSpan? Limit(ParseResult parsed) =>
        Require(parsed.GetValue(StopWithin), s => s is null or (>= 0 and <= 1e6), "--stop-within takes seconds, from 0 to 1000000.") is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The configuration, and over it the command line.</summary>
    private static async Task<WorkerOptions> ReadOptionsAsync(ParseResult parsed, ConfigurationTree tree, CancellationToken ct)
    {
        Address? account = await Accounts.PaymentAddressAsync(parsed.GetValue(Keystore), parsed.GetValue(PaymentAddress), ct);
        int? sandboxes = Require(parsed.GetValue(Sandboxes), n => n is null or (>= 1 and <= 10_000), "--sandboxes takes a number from 1 to 10000.");
        long? maxSlices = Require(parsed.GetValue(MaxSlices), n => n is null or >= 1, "--max-slices takes a number from 1 on.");
        double? idle = Require(parsed.GetValue(ExitWhenIdle), s => s is null or (>= 0 and <= 1e8), "--exit-when-idle takes seconds, from 0 on.");
        PauseRule[]? rules = parsed.GetValue(PauseWhen) is { Length: > 0 } texts ? [.. texts.Select(PauseRule.Parse)] : null;

        Uri scheduler = Settings.Scheduler(parsed.GetValue(Scheduler), tree);
        tree = await Settings.WithTuningAsync(tree, scheduler, parsed.GetValue(ConfigRoot), ct);
        WorkerOptions options = WorkerConfiguration.Read(tree, account ?? await Accounts.DefaultAddressAsync(ct), Settings.ResourceDirectory());
        return options with
        {
            Scheduler = scheduler,
            Evaluator = parsed.GetValue(Evaluator) is { } location ? EvaluatorLocation.Parse(location) : options.Evaluator,
            PaymentAddress = account ?? options.PaymentAddress,
            Sandboxes = sandboxes ?? options.Sandboxes,
            JobIds = parsed.GetValue(Jobs) is { Length: > 0 } jobs ? jobs : options.JobIds,
            MaxSlices = maxSlices ?? options.MaxSlices,
            PauseWhen = rules ?? options.PauseWhen,
            PauseRuleMode = parsed.GetValue(PauseModeOption) ?? options.PauseRuleMode,
            ExitWhenIdle = idle is { } seconds ? TimeSpan.FromSeconds(seconds) : options.ExitWhenIdle,
            StartEvenIfDisabled = parsed.GetValue(EvenIfDisabled),
        };
    }

    private static T Require<T>(T value, Func<T, bool> isRight, string otherwise) =>
        isRight(value) ? value : throw new UsageException(otherwise);

    private static void Introduce(WorkerOptions options, PrivateKey identity)
    {
        EventLines.Write(LogLevel.Information, $"Scheduler  {options.Scheduler}");
        EventLines.Write(LogLevel.Information, $"Evaluator  {options.Evaluator}");
        EventLines.Write(LogLevel.Information, $"Account    {options.PaymentAddress}");
        EventLines.Write(LogLevel.Information, $"Identity   {identity.Address}");
        EventLines.Write(LogLevel.Information, $"Sandboxes  {options.Sandboxes}");
    }

    private static async Task PrintAsync(IAsyncEnumerable<WorkerEvent> events, bool json, bool verbose)
    {
        WorkerEventOutput text = new(verbose);
        await foreach (WorkerEvent e in events)
        {
            if (json)
            {
                JsonLines.Write(WorkerEventJson.ToJson(e));
            }
            else if (text.ToLine(e) is { } line)
            {
                EventLines.Write(WorkerEventLog.LevelOf(e), line);
            }
        }
    }
}
