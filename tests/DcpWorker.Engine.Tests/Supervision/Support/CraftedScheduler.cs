using System.Collections.Concurrent;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Supervision.Support;

/// <summary>
/// A scheduler's side made of the real responder over real sockets: serves crafted jobs, records what the worker says, and
/// misbehaves on demand.
/// </summary>
internal sealed class CraftedScheduler : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly Lock _gate = new();
    private readonly PrivateKey _key = PrivateKey.Create();
    private readonly List<CraftedJob> _jobs = [];
    private readonly List<(string Operation, JsValue Data)> _requests = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly WebSocketHost _host;
    private readonly TestWebServer _web;
    private ConnectionListener _listener;

    public CraftedScheduler()
    {
        _listener = NewListener();
        _host = new WebSocketHost((socket, path, ct) => _listener.RunSocketAsync(socket, path, ct));
        _web = new TestWebServer(request => request.Path.StartsWith("/etc/dcp-config.kvin", StringComparison.Ordinal)
            ? new TestWebServer.Answer(200, Configuration())
            : Files.TryGetValue(request.Path, out TestWebServer.Answer? file) ? file : new TestWebServer.Answer(404, "nothing here"));
    }

    public Uri Location => _web.Location;

    /// <summary>What is served beside the configuration, by path.</summary>
    public ConcurrentDictionary<string, TestWebServer.Answer> Files { get; } = new();

    /// <summary>Answers a request in place of the scheduler; null lets the scheduler do it.</summary>
    public Func<string, JsValue, Task<JsValue?>> Intercept { get; set; } = (_, _) => Task.FromResult<JsValue?>(null);

    /// <summary>Slices in one answer.</summary>
    public int MaxSlices { get; set; } = 100;

    /// <summary>Whether returned slices are handed out again.</summary>
    public bool HandsOutAgain { get; set; } = true;

    public void Add(CraftedJob job)
    {
        lock (_gate)
        {
            job.Waiting.AddRange(Enumerable.Range(1, job.Data.Count));
            _jobs.Add(job);
        }
    }

    /// <summary>The token that a subscription to the scheduler's messages is given.</summary>
    public string? Subscribed { get; set; }

    /// <summary>The connection that the worker last subscribed over.</summary>
    public Connection? EventConnection { get; private set; }

    /// <summary>Every request of this operation so far.</summary>
    public IReadOnlyList<JsValue> Requests(string operation)
    {
        lock (_gate)
        {
            return [.. _requests.Where(r => r.Operation == operation).Select(r => r.Data)];
        }
    }

    /// <summary>Results by slice number, decoded; the last one of each.</summary>
    public Dictionary<int, JsValue> Results(string? jobId = null)
    {
        Dictionary<int, JsValue> results = [];
        foreach (JsValue result in Requests("result").Where(r => jobId is null || r["job"].AsString() == jobId))
        {
            results[result["slice"].AsInt32()!.Value] = Decode(result);
        }

        return results;
    }

    public static JsValue Decode(JsValue result) => JobValue.Deserialize(KvinReader.Unmarshal(result["resultV2"]));

    /// <summary>The returned slices: number and reason.</summary>
    public IReadOnlyList<(int Slice, JsValue Reason)> Returned() => [.. Statuses("return")];

    public IReadOnlyList<int> Begun() => [.. Statuses("begin").Select(s => s.Slice)];

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            while (!condition())
            {
                await _news.WaitAsync(TimeSpan.FromMilliseconds(100), limit.Token);
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {what}.");
        }
    }

    /// <summary>Cuts every connection without a word.</summary>
    public void Cut() => _host.Cut();

    /// <summary>Forgets every session, as a program that was started again.</summary>
    public async Task RestartAsync()
    {
        ConnectionListener old = _listener;
        _listener = NewListener();
        _host.Cut();
        await old.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _host.DisposeAsync();
        await _web.DisposeAsync();
    }

    private IEnumerable<(int Slice, JsValue Reason)> Statuses(string status) =>
        from request in Requests("status")
        from entry in ((JsArray)request["slices"]).Items
        where entry!["status"].AsString() == status
        from number in ((JsArray)entry["sliceNumbers"]).Items
        select (number.AsInt32()!.Value, entry["reason"]);

    private ConnectionListener NewListener() =>
        new(_key, ConnectionOptions.Default, (_, _) => HandleAsync, TimeProvider.System, NullLogger.Instance);

    private async Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct)
    {
        lock (_gate)
        {
            _requests.Add((request.Operation, request.Data));
        }

        try
        {
            return await Intercept(request.Operation, request.Data) ?? Answer(request.Operation, request.Data);
        }
        finally
        {
            EventConnection = request.Operation == "subscribeMany" ? request.Connection : EventConnection;
            _news.Release();
        }
    }

    private JsValue Answer(string operation, JsValue data) => operation switch
    {
        "requestTask@3" => TaskFor(data),
        "status" => Status(data),
        "result" => new JsObject { ["slicePaymentAmount"] = "0.25", ["metrics"] = new JsObject { ["sliceCPUTime"] = 2 } },
        "subscribeMany" => new JsObject
        {
            ["tokens"] = Subscribed is null ? new JsArray() : new JsArray(new JsObject { ["event"] = "schedmsg::command", ["token"] = Subscribed }),
        },
        "workEmit" => true,
        _ => throw new ProtocolException("EINVAL", $"unknown operation {operation}"),
    };

    private JsObject Status(JsValue data)
    {
        lock (_gate)
        {
            foreach (JsValue? entry in ((JsArray)data["slices"]).Items)
            {
                if (HandsOutAgain && entry!["status"].AsString() == "return" && _jobs.Find(j => j.Id == entry["job"].AsString()) is { } job)
                {
                    job.Waiting.AddRange(((JsArray)entry["sliceNumbers"]).Items.Select(n => n!.AsInt32()!.Value));
                }
            }
        }

        return [];
    }

    /// <summary>The answer to a request for work.</summary>
    public JsObject TaskFor(JsValue data)
    {
        HashSet<string> rejected = [.. (data["rejectedJobs"] as JsArray)?.Strings() ?? []];
        JsObject jobs = [];
        JsObject task = [];
        JsObject authorised = [];
        lock (_gate)
        {
            int left = data["targetLoad"]["cpu"].AsNumber() > 0 ? MaxSlices : 0;
            foreach (CraftedJob job in _jobs.Where(j => !rejected.Contains(j.Id)))
            {
                List<int> numbers = [.. job.Waiting.Take(left)];
                job.Waiting.RemoveRange(0, numbers.Count);
                left -= numbers.Count;
                if (numbers.Count > 0)
                {
                    jobs[job.Id] = job.Message();
                    task[job.Id] = new JsArray(numbers.Select(JsValue? (n) => job.Slice(n)));
                    authorised[job.Id] = new JsArray(numbers.Select(JsValue? (n) => n));
                }
            }
        }

        JsObject auth = new() { ["workerId"] = data["coreStats"]["worker"], ["authSlices"] = authorised, ["schedulerId"] = "crafted", ["jobCommissions"] = new JsObject() };
        return new JsObject
        {
            ["owner"] = _key.Address.ToString(),
            ["signature"] = _key.Sign(JsonWriter.Write(auth)).ToJs(),
            ["auth"] = auth,
            ["body"] = new JsObject { ["newJobs"] = jobs, ["task"] = task, ["computeGroupOrigins"] = new JsObject(), ["schedulerConfig"] = new JsObject() },
        };
    }

    private string Configuration()
    {
        string Service(string name) => new Uri(_host.Location, $"/{name}/").AbsoluteUri;
        JsObject Place(string name) => new() { ["location"] = Service(name) };
        return KvinWriter.Serialize(new JsObject
        {
            ["scheduler"] = new JsObject
            {
                ["location"] = Location.AbsoluteUri,
                ["compatibility"] = new JsObject { ["minimum"] = new JsObject { ["dcp"] = "^5.0.0" } },
                ["services"] = new JsObject
                {
                    ["taskDistributor"] = Place("task"),
                    ["resultSubmitter"] = Place("result"),
                    ["eventRouter"] = Place("events"),
                    ["jobSubmit"] = Place("jobs"),
                    ["computeGroups"] = Place("groups"),
                },
            },
            ["packageManager"] = Place("packages"),
            ["bank"] = new JsObject { ["services"] = new JsObject { ["bankTeller"] = Place("bank") } },
        });
    }
}
