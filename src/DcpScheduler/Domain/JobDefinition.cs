using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Domain;

/// <summary>What a deployer submitted, checked; never changes. <see cref="ToJs"/> and <see cref="FromJs"/> are its stored form.</summary>
internal sealed record JobDefinition
{
    /// <summary>Source of the work function, when it came by value.</summary>
    public string? WorkFunction { get; init; }

    /// <summary>Address of the work function, when it is elsewhere.</summary>
    public string? WorkFunctionUrl { get; init; }

    /// <summary>The arguments after the datum.</summary>
    public IReadOnlyList<StoredValue> Arguments { get; init; } = [];

    /// <summary>The range object whose elements are the data; undefined when data come by value or by pattern.</summary>
    public JsValue Range { get; init; } = JsValue.Undefined;

    /// <summary>Address with <c>{slice}</c> in it, when the data are elsewhere.</summary>
    public string? Pattern { get; init; }

    /// <summary>Credits for each slice.</summary>
    public decimal SlicePayment { get; init; }

    /// <summary>Sandbox environment.</summary>
    public Worktime Worktime { get; init; } = Worktime.Default;

    /// <summary>Capability bits that a worker must have.</summary>
    public int Requirements { get; init; }

    /// <summary>Modules to be loaded before the work function.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    /// <summary>Where the work function's <c>require</c> searches.</summary>
    public IReadOnlyList<string> RequirePath { get; init; } = [];

    /// <summary>Name, description and link for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>For people.</summary>
    public string Link { get; init; } = "";

    /// <summary>Only for the worker inside the deploying program.</summary>
    public bool LocalExec { get; init; }

    /// <summary>No worker gets it twice.</summary>
    public bool Discrete { get; init; }

    /// <summary>The work function runs in strict mode.</summary>
    public bool UseStrict { get; init; }

    /// <summary>The worker's user may see what the work function prints.</summary>
    public bool WorkerConsole { get; init; }

    /// <summary><c>values</c>, or <c>pattern</c> for results that are posted elsewhere.</summary>
    public string ResultStorageType { get; init; } = "values";

    /// <summary>Where results are posted.</summary>
    public JsValue ResultStorageDetails { get; init; } = JsValue.Undefined;

    /// <summary>What is posted with them.</summary>
    public JsValue ResultStorageParams { get; init; } = JsValue.Undefined;

    /// <summary>The stored form.</summary>
    public JsObject ToJs() => new()
    {
        ["workFunction"] = WorkFunction,
        ["workFunctionUrl"] = WorkFunctionUrl,
        ["arguments"] = new JsArray(Arguments.Select(JsValue? (a) => a.ToJs())),
        ["range"] = Range,
        ["pattern"] = Pattern,
        ["slicePayment"] = Credits.ToText(SlicePayment),
        ["worktime"] = new JsObject { ["name"] = Worktime.Name, ["version"] = Worktime.Version },
        ["requirements"] = Requirements,
        ["dependencies"] = JsArray.OfStrings(Dependencies),
        ["requirePath"] = JsArray.OfStrings(RequirePath),
        ["name"] = Name,
        ["description"] = Description,
        ["link"] = Link,
        ["localExec"] = LocalExec,
        ["discrete"] = Discrete,
        ["useStrict"] = UseStrict,
        ["workerConsole"] = WorkerConsole,
        ["resultStorageType"] = ResultStorageType,
        ["resultStorageDetails"] = ResultStorageDetails,
        ["resultStorageParams"] = ResultStorageParams,
    };

    /// <summary>Reads the stored form.</summary>
    public static JobDefinition FromJs(JsValue stored) => new()
    {
        WorkFunction = stored["workFunction"].AsString(),
        WorkFunctionUrl = stored["workFunctionUrl"].AsString(),
        Arguments = stored["arguments"] is JsArray arguments ? [.. arguments.Items.Select(a => StoredValue.FromJs(a ?? JsValue.Null))] : [],
        Range = stored["range"],
        Pattern = stored["pattern"].AsString(),
        SlicePayment = Credits.Parse(stored["slicePayment"].AsString() ?? "0"),
        Worktime = new Worktime(stored["worktime"]["name"].AsString() ?? "", stored["worktime"]["version"].AsString() ?? ""),
        Requirements = stored["requirements"].AsInt32() ?? 0,
        Dependencies = stored["dependencies"] is JsArray dependencies ? [.. dependencies.Strings()] : [],
        RequirePath = stored["requirePath"] is JsArray paths ? [.. paths.Strings()] : [],
        Name = stored["name"].AsString() ?? "",
        Description = stored["description"].AsString() ?? "",
        Link = stored["link"].AsString() ?? "",
        LocalExec = stored["localExec"].IsTruthy,
        Discrete = stored["discrete"].IsTruthy,
        UseStrict = stored["useStrict"].IsTruthy,
        WorkerConsole = stored["workerConsole"].IsTruthy,
        ResultStorageType = stored["resultStorageType"].AsString() ?? "values",
        ResultStorageDetails = stored["resultStorageDetails"],
        ResultStorageParams = stored["resultStorageParams"],
    };
}
