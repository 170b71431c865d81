using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DcpWorker.Cli.Configuration;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.Diagnostics.Host;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary><c>dcp-worker test</c>: whether a worker that is started here would work, and what to do when not.</summary>
internal static class TestCommand
{
    private static readonly Argument<string?> Keystore = new("KEYSTORE")
    {
        Description = "Keystore of the account that is to be credited, or its address. Default: as the configuration says.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Scheduler = CommonOptions.Scheduler();
    private static readonly Option<string?> Evaluator = CommonOptions.Evaluator();
    private static readonly Option<string?> User = new("--user") { Description = "Run the evaluator as this user, when started by root. Default: nobody.", HelpName = "NAME|UID:GID" };
    private static readonly Option<double> Timeout = new("--timeout") { Description = "How long any one answer may take. Default: 10.", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };
    private static readonly Option<string?> ConfigRoot = ConfigCommand.RootOption();
    private static readonly Option<bool> Json = CommonOptions.Json("Checks as JSON lines on stdout.");
    private static readonly Option<bool> Verbose = CommonOptions.Verbose();

    // What a refusal is called, whatever check meets it.
    private static readonly HashSet<string> Refusals = ["KeystoreExposed", "AccessDenied", "EACCES", "DCP_WA:UNLOCKX", "EADDRCHANGE", "UserIsRoot", "EvaluatorLockDown"];

    private static readonly HashSet<string> OverTheNetwork =
    [
        HostCheckNames.Dns, HostCheckNames.Tls, HostCheckNames.Scheduler, HostCheckNames.Service, HostCheckNames.Evaluator, HostCheckNames.SystemService,
    ];

    public static Command Create() => new Command("test", "Looks at everything that a worker needs of this host, and says what to do about what is wrong.")
    {
        Keystore, Scheduler, Evaluator, User, Timeout, ConfigRoot, Json, Verbose,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        using ProgramLog log = ProgramLog.OnConsole(parsed.GetValue(Verbose));
        HostExamination examination = new(ReadOptions(parsed), TimeProvider.System, log.Loggers.CreateLogger<HostExamination>());
        bool json = parsed.GetValue(Json);
        List<HostCheck> failed = [];
        await foreach (HostCheck check in examination.RunAsync(signals.Soft))
        {
            Print(check, json);
            if (check.Status == CheckStatus.Failed)
            {
                failed.Add(check);
            }
        }

        if (failed.Count == 0)
        {
            return ExitCode.Done;
        }

        Console.Error.WriteLine($"dcp-worker: a worker would not work here: {string.Join(", ", failed.Select(c => c.Name).Distinct())} failed");
        // What nobody can help by waiting comes before what may pass: a script is not to try again in vain.
        return new[] { ExitCode.Refused, ExitCode.Usage, ExitCode.Unreachable }.First(failed.Select(ExitCodeOf).Contains);
    }

    private static HostExaminationOptions ReadOptions(ParseResult parsed)
    {
        string? account = parsed.GetValue(Keystore);
        bool isAddress = Address.TryParse(account, out Address? address);
        double seconds = parsed.GetValue(Timeout);
        return new HostExaminationOptions
        {
            Sources = Settings.Sources(parsed.GetValue(ConfigRoot)),
            Scheduler = parsed.GetValue(Scheduler) is { } scheduler ? Settings.Scheduler(scheduler) : null,
            Evaluator = parsed.GetValue(Evaluator) is { } location ? EvaluatorLocation.Parse(location) : null,
            PaymentAddress = address,
            Keystore = isAddress || account is null ? null : Path.GetFullPath(account),
            RunAs = UnixUser.ForEvaluators(parsed.GetValue(User)),
            Timeout = seconds is > 0 and <= 600 ? TimeSpan.FromSeconds(seconds) : throw new UsageException("--timeout takes seconds, above 0 and up to 600."),
        };
    }

    private static int ExitCodeOf(HostCheck check) => check.Code is { } code && Refusals.Contains(code) ? ExitCode.Refused
        : OverTheNetwork.Contains(check.Name) ? ExitCode.Unreachable
        : ExitCode.Usage;

    private static void Print(HostCheck check, bool json)
    {
        if (json)
        {
            JsonLines.Write(new JsObject
            {
                ["check"] = check.Name,
                ["subject"] = check.Subject,
                ["status"] = JsonNamingPolicy.CamelCase.ConvertName(check.Status.ToString()),
                ["duration"] = check.Duration.TotalSeconds,
                ["detail"] = check.Detail,
                ["remedy"] = check.Remedy,
                ["code"] = check.Code,
            });
            return;
        }

        string mark = check.Status switch { CheckStatus.Passed => "ok", CheckStatus.Failed => "FAILED", CheckStatus.Warning => "warning", _ => "skipped" };
        string time = check.Status == CheckStatus.Skipped ? "" : string.Create(CultureInfo.InvariantCulture, $"{check.Duration.TotalMilliseconds:0} ms");
        Console.WriteLine($"{mark,-8}{check.Name,-17}{time,9}  {Printable.Line(check.Detail)}");
        if (check.Remedy is not null)
        {
            Console.WriteLine($"{"",36}{Printable.Line(check.Remedy)}");
        }
    }
}
