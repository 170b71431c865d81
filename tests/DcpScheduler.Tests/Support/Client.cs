using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpScheduler.Tests.Support;

/// <summary>Calls services as a peer would.</summary>
internal sealed class Client(Uri scheduler) : IAsyncDisposable
{
    private readonly Dictionary<string, Connection> _connections = [];

    public PrivateKey Identity { get; } = PrivateKey.Create();

    public PrivateKey Account { get; } = PrivateKey.Create();

    public Task<Response> AskAsync(string service, string operation, JsValue data, PrivateKey? authorise = null) =>
        ConnectionTo(service).RequestAsync(operation, data, new RequestOptions { AuthoriseWith = authorise is null ? [] : [authorise], Timeout = TimeSpan.FromSeconds(30) });

    public Connection ConnectionTo(string service)
    {
        if (!_connections.TryGetValue(service, out Connection? connection))
        {
            _connections[service] = connection = Connection.Initiate(new Uri(scheduler, service + "/"), Identity, ConnectionOptions.Default, null, TimeProvider.System, NullLogger.Instance);
        }

        return connection;
    }

    /// <summary>Forgets connections that have ended.</summary>
    public async Task RenewAsync()
    {
        foreach (Connection connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }

        _connections.Clear();
    }

    /// <summary>Deploys a job of so many slices for everybody.</summary>
    public async Task DeployAsync(string id, int slices)
    {
        (await AskAsync("job-submit", "submit@5", Submission(id), Account)).ThrowIfFailed();
        (await AskAsync("job-submit", "addSliceData", Slices(id, slices))).ThrowIfFailed();
        (await AskAsync("compute-groups", "addJobToGroups", PublicGroup(id))).ThrowIfFailed();
        (await AskAsync("result-submitter", "closeJob", new JsObject { ["job"] = id })).ThrowIfFailed();
    }

    public JsObject Submission(string id) => new()
    {
        ["job"] = id,
        ["paymentAccount"] = Account.Address.ToString(),
        ["workFunctionURI"] = DataUri.Encode("x => x"),
        ["absoluteSlicePayment"] = 0.25,
        ["requirements"] = 64,
        ["marshaledArguments"] = KvinWriter.Marshal(new JsArray()),
    };

    public static JsObject Slices(string id, int count) => new()
    {
        ["job"] = id,
        ["dataValues"] = KvinWriter.Marshal(new JsArray(Enumerable.Range(1, count).Select(JsValue? (i) => i))),
    };

    public static JsObject PublicGroup(string id) => new() { ["job"] = id, ["cgArray"] = new JsArray(new JsObject { ["joinKey"] = "public" }) };

    public static JsObject TaskRequest(string worker) => new()
    {
        ["targetLoad"] = new JsObject { ["cpu"] = 2 },
        ["coreStats"] = new JsObject { ["worker"] = worker },
        ["capabilities"] = 127,
        ["workerComputeGroups"] = new JsArray(new JsObject { ["joinKey"] = "public" }),
        ["worktimes"] = new JsArray(new JsObject { ["name"] = "map-basic", ["version"] = "1.0.0" }),
        ["fetchState"] = 1,
    };

    public JsObject Result(string id, int slice, string worker, JsValue task) => new()
    {
        ["slice"] = slice,
        ["job"] = id,
        ["worker"] = worker,
        ["paymentAddress"] = Account.Address.ToString(),
        ["metrics"] = new JsObject { ["CPUTime"] = 1 },
        ["authorizationMessage"] = new JsObject { ["owner"] = task["owner"], ["signature"] = task["signature"], ["auth"] = task["auth"] },
        ["resultV2"] = KvinWriter.Marshal(JobValue.Serialize(slice * 10)),
    };

    public async ValueTask DisposeAsync()
    {
        await RenewAsync();
        Identity.Dispose();
        Account.Dispose();
    }
}
