using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interop.Tests.Support;

/// <summary>The engine's deployer.</summary>
internal sealed class OurDeployer : IDeployer
{
    /// <inheritdoc/>
    public async Task<JsValue> RunAsync(Uri scheduler, Home home, TimeSpan most)
    {
        using CancellationTokenSource late = new(most);
        JsObject jobs;
        await using (Peer describe = Peer.Start(home.Sub("describe"), "node", [Place.Script("describe.js"), .. Place.JobFiles]))
        {
            jobs = (JsObject)KvinReader.Deserialize(await describe.WaitForEndAsync(TimeSpan.FromSeconds(60)));
        }

        using HttpClient http = new();
        using PrivateKey identity = PrivateKey.Create();
        using PrivateKey account = PrivateKey.Create();
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(scheduler, http, late.Token);
        await DeployPackageAsync(configuration.PackageManager, identity, late.Token);
        await using JobDeployer deployer = new(
            configuration, identity, account, DeploymentOptions.Default, ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
        JsObject outcomes = [];
        await Task.WhenAll(jobs.Select(async job =>
        {
            try
            {
                JsObject outcome = await DeployAsync(deployer, job.Key, job.Value, late.Token);
                lock (outcomes)
                {
                    outcomes[job.Key] = outcome;
                }
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                // the tests tell which jobs have no outcome
            }
        }));
        return outcomes;
    }

    private static async Task<JsObject> DeployAsync(JobDeployer deployer, string name, JsValue description, CancellationToken ct)
    {
        List<(long Slice, JsValue Value)> console = [];
        List<(long Slice, JsValue Value)> errors = [];
        List<(long Slice, JsValue Value)> custom = [];
        JsObject outcome = new() { ["expected"] = description["results"], ["noProgress"] = 0, ["resultEvents"] = 0, ["statusEvents"] = 0 };
        try
        {
            await using DeployedJob job = await deployer.DeployAsync(Define(name, description), ct);
            int results = 0;
            int statuses = 0;
            await foreach (JobEvent e in job.ReadEventsAsync(ct))
            {
                switch (e)
                {
                    case JobConsole said:
                        console.Add((said.SliceNumber, new JsObject { ["slice"] = said.SliceNumber, ["level"] = said.Level, ["message"] = said.Message }));
                        break;
                    case SliceError { Code: not "ENOPROGRESS" } error:
                        errors.Add((error.SliceNumber, new JsObject { ["slice"] = error.SliceNumber, ["message"] = error.Message }));
                        break;
                    case JobCustomEvent emitted:
                        custom.Add((emitted.SliceNumber, emitted.Data));
                        break;
                    case ResultReceived:
                        results++;
                        break;
                    case JobStatusChanged:
                        statuses++;
                        break;
                }
            }

            (outcome["resultEvents"], outcome["statusEvents"]) = (results, statuses);
            await job.Completion.WaitAsync(ct);
            JsArray values = [];
            await foreach (JobResult result in job.ReadResultsAsync(ct))
            {
                values.Add(result.Value is JsError error ? new JsObject { ["threw"] = error.Message } : result.Value);
            }

            outcome["results"] = values;
        }
        catch (DeploymentException e)
        {
            outcome["failed"] = new JsObject { ["message"] = e.Message, ["code"] = e.Code };
        }

        (outcome["console"], outcome["errors"], outcome["custom"]) = (Ordered(console), Ordered(errors), Ordered(custom));
        outcome["expectedConsole"] = description["console"] is JsArray c ? c : new JsArray();
        outcome["expectedErrors"] = description["errors"] is JsArray e2 ? e2 : new JsArray();
        outcome["expectedCustom"] = description["custom"] is JsArray c2 ? c2 : new JsArray();
        outcome["expectedFailure"] = description["failed"];
        return outcome;
    }

    private static JsArray Ordered(List<(long Slice, JsValue Value)> events) => new(events.OrderBy(e => e.Slice).Select(JsValue? (e) => e.Value));

    private static JobDefinition Define(string name, JsValue description) => new()
    {
        Name = name,
        WorkFunction = description["work"].AsString()!,
        Input = description["range"] is JsArray range
            ? JobInput.Of(RangeObject.Create(range[0].AsNumber()!.Value, range[1].AsNumber()!.Value, range[2].AsNumber()))
            : JobInput.Of([.. ((JsArray)description["data"]).Items.Select(v => v!)]),
        Arguments = description["arguments"] is JsArray arguments ? [.. arguments.Items.Select(v => v!)] : [],
        Dependencies = description["requires"] is JsArray modules ? [.. modules.Strings()] : [],
        RequirePath = description["requires"] is JsArray paths ? [.. paths.Strings().Select(m => m[..m.IndexOf('/', StringComparison.Ordinal)]).Distinct()] : [],
        SlicePayment = 0.5m,
    };

    private static async Task DeployPackageAsync(Uri packageManager, PrivateKey identity, CancellationToken ct)
    {
        string folder = Path.Combine(Place.Interop, "jobs", "package");
        JsValue package = JsonReader.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "package.json"), ct));
        JsObject files = [];
        foreach ((string source, JsValue destination) in (JsObject)package["files"])
        {
            files[destination.AsString()!] = await File.ReadAllTextAsync(Path.Combine(folder, source), ct);
        }

        await using Connection connection = Connection.Initiate(packageManager, identity, ConnectionOptions.Default, null, TimeProvider.System, NullLogger.Instance);
        JsObject data = new() { ["name"] = package["name"], ["version"] = package["version"], ["files"] = files };
        (await connection.RequestAsync("deployPackage", data, null, ct)).ThrowIfFailed();
    }
}
