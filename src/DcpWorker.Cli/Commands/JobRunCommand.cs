using System.CommandLine;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Commands;

/// <summary><c>dcp-worker job run</c>: deploys a job, waits for it and prints its results in order.</summary>
internal static class JobRunCommand
{
    private static readonly Argument<string> WorkFunction = new("FILE.js")
    {
        Description = "The work function: one JavaScript function, such as  async (x) => { progress(); return x * x; }",
    };

    private static readonly Option<string?> Data = new("--data") { Description = "The input: a JSON array, an element for each slice.", HelpName = "JSON|@FILE" };
    private static readonly Option<string?> Range = new("--range") { Description = "The input: the numbers from A to B, in steps of STEP.", HelpName = "A..B[..STEP]" };
    private static readonly Option<string?> Arguments = new("--args") { Description = "Further arguments of the work function: a JSON array.", HelpName = "JSON|@FILE" };
    private static readonly Option<string?> Name = new("--name") { Description = "What those who compute it see.", HelpName = "TEXT" };
    private static readonly Option<decimal> Payment = new("--payment") { Description = "Credits (DCC) for each slice.", HelpName = "DCC", DefaultValueFactory = _ => 0.001m };
    private static readonly Option<string[]> Requires = new("--require")
    {
        Description = "A deployed module that the work function requires; may be given several times.",
        HelpName = "MODULE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Account = new("--account") { Description = "Keystore of the account that pays. Default: default.keystore of this user.", HelpName = "KEYSTORE" };
    private static readonly Option<string?> Scheduler = CommonOptions.Scheduler();
    private static readonly Option<bool> Json = CommonOptions.Json("Everything that is told about the job as JSON lines on stdout.");
    private static readonly Option<bool> Verbose = CommonOptions.Verbose();

    public static Command Create() => new Command("run", "Deploys a job, shows how far it is and prints the results in order, a line of JSON each.")
    {
        WorkFunction, Data, Range, Arguments, Name, Payment, Requires, Account, Scheduler, Json, Verbose,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        JobDefinition definition = ReadDefinition(parsed);
        ConfigurationTree tree = await Settings.ReadAsync(null, signals.Soft);
        Uri location = Settings.Scheduler(parsed.GetValue(Scheduler), tree);
        using ProgramLog log = ProgramLog.OnConsole(parsed.GetValue(Verbose));
        ILoggerFactory logs = log.Loggers;
        using PrivateKey identity = await Accounts.IdentityAsync(signals.Soft);
        using PrivateKey account = await Accounts.OpenAsync(parsed.GetValue(Account), signals.Soft);
        using HttpClient http = new();
        SchedulerConfiguration scheduler = await SchedulerConfiguration.ReadAsync(location, NetworkSettings.Read(tree), http, signals.Soft);
        await using JobDeployer deployer = new(
            scheduler, identity, account, DeploymentOptions.Default, ConnectionOptions.Default, Accounts.Identities(logs), TimeProvider.System, logs);
        await using DeployedJob job = await deployer.DeployAsync(definition, signals.Soft);
        JobReport report = JobReport.For(job, parsed.GetValue(Json));
        try
        {
            return await report.FollowAsync(signals.Soft);
        }
        catch (OperationCanceledException)
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
            await job.CancelAsync("cancelled by its owner", limit.Token);
            throw;
        }
    }

    private static JobDefinition ReadDefinition(ParseResult parsed)
    {
        string file = parsed.GetRequiredValue(WorkFunction);
        return new JobDefinition
        {
            WorkFunction = JobInputText.WorkFunction(file),
            Input = JobInputText.Input(parsed.GetValue(Data), parsed.GetValue(Range)),
            Arguments = parsed.GetValue(Arguments) is { } arguments ? JobInputText.Array(arguments, "--args") : [],
            Name = parsed.GetValue(Name) ?? Path.GetFileNameWithoutExtension(file),
            SlicePayment = parsed.GetValue(Payment) is >= 0 and var payment ? payment : throw new UsageException("--payment takes an amount from 0 on."),
            Dependencies = parsed.GetValue(Requires) ?? [],
        };
    }
}
