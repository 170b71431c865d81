using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Domain;

/// <summary>What a worker asks for, in the terms of the protocol's <c>requestTask@3</c>.</summary>
internal sealed record TaskRequest
{
    /// <summary>Cores to fill.</summary>
    public double Cpu { get; init; }

    /// <summary>Capability bits of its sandboxes.</summary>
    public int Capabilities { get; init; }

    /// <summary>When not empty, only these jobs.</summary>
    public IReadOnlySet<string> JobIds { get; init; } = new HashSet<string>();

    /// <summary>Never these jobs.</summary>
    public IReadOnlySet<string> RejectedJobs { get; init; } = new HashSet<string>();

    /// <summary>Not these if they are discrete.</summary>
    public IReadOnlySet<string> WorkedJobs { get; init; } = new HashSet<string>();

    /// <summary>Not these yet: it still fetches their parts.</summary>
    public IReadOnlySet<string> UnresolvedJobs { get; init; } = new HashSet<string>();

    /// <summary>Opaque ids of the groups that it has proved to belong to.</summary>
    public IReadOnlySet<string> Groups { get; init; } = new HashSet<string>();

    /// <summary>Its sandbox environments.</summary>
    public IReadOnlyList<Worktime> Worktimes { get; init; } = [];

    /// <summary>How much slower than average it is, per job in milliseconds; from its own measurements.</summary>
    public IReadOnlyDictionary<string, double> MeasuredTimes { get; init; } = new Dictionary<string, double>();

    /// <summary>Reads the request's data; what is missing or no good is as if not asked for.</summary>
    public static TaskRequest FromJs(JsValue data, IReadOnlySet<string> groups) => new()
    {
        Cpu = data["targetLoad"]["cpu"].AsNumber() is { } cpu && cpu > 0 ? Math.Min(cpu, 4096) : 0,
        Capabilities = data["capabilities"].AsInt32() ?? 0,
        JobIds = Strings(data["jobIds"]),
        RejectedJobs = Strings(data["rejectedJobs"]),
        WorkedJobs = Strings(data["previouslyWorkedJobs"]),
        UnresolvedJobs = Strings(data["unresolvedJobs"]),
        Groups = groups,
        Worktimes = data["worktimes"] is JsArray worktimes
            ? [.. worktimes.Items.OfType<JsObject>().Take(100).Select(w => new Worktime(w["name"].AsString() ?? "", w["version"].AsString() ?? ""))]
            : [new Worktime("map-basic", "1.0.0")],
        MeasuredTimes = data["jobQuanta"]["CPU"] is JsObject times
            ? times.Where(t => t.Key != "0" && t.Value.AsNumber() is > 0).Take(1000).ToDictionary(t => t.Key, t => t.Value.AsNumber()!.Value)
            : new Dictionary<string, double>(),
    };

    private static HashSet<string> Strings(JsValue list) => list is JsArray array ? [.. array.Strings().Take(10_000)] : [];
}
