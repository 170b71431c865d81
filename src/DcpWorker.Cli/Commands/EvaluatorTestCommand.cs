using System.CommandLine;
using System.Text.Json;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary><c>dcp-worker evaluator test</c>: whether an evaluator does what a worker needs, and nothing that it must not.</summary>
internal static class EvaluatorTestCommand
{
    private static readonly Option<string?> Location = new("--uri")
    {
        Description = "An evaluator behind a port. Default: the program beside this one, of which more can be seen.",
        HelpName = "tcp://HOST:PORT",
    };

    private static readonly Option<string?> ProgramPath = new("--evaluator") { Description = "The evaluator program to test.", HelpName = "PATH" };
    private static readonly Option<string?> User = new("--user") { Description = "Run it as this user, when started by root. Default: nobody.", HelpName = "NAME|UID:GID" };
    private static readonly UnixUser Nobody = new(65534, 65534);
    private static readonly Option<bool> Json = CommonOptions.Json("Checks as JSON lines on stdout.");

    public static Command Create() => new Command("test", "Computes real slices in an evaluator and looks at its lock-down.")
    {
        Location, ProgramPath, User, Json,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        using ProgramLog log = ProgramLog.OnConsole(verbose: false);
        ILoggerFactory logs = log.Loggers;
        EvaluatorExamination examination = new(ReadOptions(parsed), TimeProvider.System, logs.CreateLogger<EvaluatorExamination>());
        bool json = parsed.GetValue(Json);
        EvaluatorCheck? failed = null;
        await foreach (EvaluatorCheck check in examination.RunAsync(signals.Soft))
        {
            Print(check, json);
            failed ??= check.Status == CheckStatus.Failed ? check : null;
        }

        if (failed is null)
        {
            return ExitCode.Done;
        }

        Console.Error.WriteLine($"dcp-worker: the evaluator failed the check '{failed.Name}': {Printable.Line(failed.Detail)} {failed.Remedy}");
        return failed.Name is CheckNames.Program or CheckNames.Connection ? ExitCode.Unreachable : ExitCode.Usage;
    }

    private static EvaluatorExaminationOptions ReadOptions(ParseResult parsed)
    {
        if (parsed.GetValue(Location) is { } location)
        {
            return new EvaluatorExaminationOptions { Location = new Uri(EvaluatorLocation.Parse(location).ToString()) };
        }

        string? program = parsed.GetValue(ProgramPath);
        return new EvaluatorExaminationOptions
        {
            Locate = () => EvaluatorCommand.Locate(program),
            RunAs = parsed.GetValue(User) is { } user ? UnixUser.Parse(user) : Environment.IsPrivilegedProcess ? Nobody : null,
        };
    }

    private static void Print(EvaluatorCheck check, bool json)
    {
        if (!json)
        {
            string mark = check.Status switch { CheckStatus.Passed => "ok", CheckStatus.Failed => "FAILED", _ => "skipped" };
            Console.WriteLine($"{mark,-8}{check.Name,-16}{Printable.Line(check.Detail)}");
            return;
        }

        JsonLines.Write(new JsObject
        {
            ["check"] = check.Name,
            ["status"] = JsonNamingPolicy.CamelCase.ConvertName(check.Status.ToString()),
            ["duration"] = check.Duration.TotalSeconds,
            ["detail"] = check.Detail,
            ["remedy"] = check.Remedy,
        });
    }
}
