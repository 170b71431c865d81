using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>What the scheduler says about a job: one member of <c>newJobs</c> in the answer to <c>requestTask@3</c>.</summary>
internal sealed record JobMessage
{
    public required string JobId { get; init; }

    /// <summary>Job and compute group, <c>jobId-opaqueId</c>.</summary>
    public required string JobCgId { get; init; }

    public required string CodeLocation { get; init; }

    public required IReadOnlyList<string> ArgumentLocations { get; init; }

    public required string? RangeLocation { get; init; }

    public required string WorktimeName { get; init; }

    /// <summary>A semantic-version range.</summary>
    public required string WorktimeVersion { get; init; }

    public required int Needs { get; init; }

    public required IReadOnlyList<string> Dependencies { get; init; }

    public required IReadOnlyList<string> RequirePath { get; init; }

    public required IReadOnlyList<string> ModulePath { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Link { get; init; }

    public required bool UseStrict { get; init; }

    public required bool Discrete { get; init; }

    public required bool AlmostDone { get; init; }

    /// <summary>How likely its slices get ahead of other jobs', 0 to 1.</summary>
    public required double SlicePreference { get; init; }

    public required JsValue Metrics { get; init; }

    /// <summary>Key of the compute group for allowed origins.</summary>
    public string? Group => JobCgId.LastIndexOf('-') is >= 0 and int at ? JobCgId[(at + 1)..] : null;

    /// <summary>Reads the message; null when a member that no job can do without is missing or of the wrong kind.</summary>
    public static JobMessage? Read(string jobId, JsValue job)
    {
        if (job["codeLocation"].AsString() is not { Length: > 0 } code || Locations(job["argumentsLocation"]) is not { } arguments)
        {
            return null;
        }

        JsValue about = job["public"];
        return new JobMessage
        {
            JobId = jobId,
            JobCgId = job["jobCgId"].AsString() ?? jobId,
            CodeLocation = code,
            ArgumentLocations = arguments,
            RangeLocation = job["MROLocation"].AsString(),
            WorktimeName = job["worktime"]["name"].AsString() ?? "map-basic",
            WorktimeVersion = job["worktime"]["version"].AsString() ?? "*",
            Needs = job["needCapabilities"].AsInt32() ?? 0,
            Dependencies = Strings(job["dependencies"]),
            RequirePath = Strings(job["requirePath"]),
            ModulePath = Strings(job["modulePath"]),
            Name = about["name"].AsString() ?? "",
            Description = about["description"].AsString() ?? "",
            Link = about["link"].AsString() ?? "",
            UseStrict = job["useStrict"].IsTruthy,
            Discrete = job["discrete"].IsTruthy,
            AlmostDone = job["almostDone"].IsTruthy,
            SlicePreference = job["slicePreference"].AsNumber() is { } preference and >= 0 and <= 1 ? preference : 0,
            Metrics = job["metrics"],
        };
    }

    private static List<string> Strings(JsValue array) => [.. (array as JsArray)?.Strings() ?? []];

    private static List<string>? Locations(JsValue arguments)
    {
        if (arguments is not JsArray array)
        {
            return arguments.IsNullish ? [] : null;
        }

        List<(int Index, string Location)> indexed = [];
        for (int i = 0; i < array.Items.Count; i++)
        {
            if (array[i]["value"].AsString() is not { } location)
            {
                return null;
            }

            indexed.Add((array[i]["argIndex"].AsInt32() ?? i, location));
        }

        return [.. indexed.OrderBy(a => a.Index).Select(a => a.Location)];
    }
}
