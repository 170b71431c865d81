using DcpScheduler.Domain;
using DcpScheduler.Web;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Jobs and slices as workers get them.</summary>
internal static class JobMessage
{
    private const int MostInlineCharacters = 1_000_000;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(180);

    /// <summary>The job.</summary>
    public static JsObject Describe(Job job, ArtifactAddresses artifacts, JobBook book)
    {
        JobDefinition d = job.Definition;
        lock (book.Lock)
        {
            JsObject message = new()
            {
                ["jobId"] = job.Id,
                ["jobCgId"] = $"{job.Id}-{job.Groups.FirstOrDefault() ?? ComputeGroup.Public.OpaqueId}",
                ["codeLocation"] = artifacts.WorkFunction(job),
                ["argumentsLocation"] = Arguments(job, artifacts),
                ["worktime"] = new JsObject { ["name"] = d.Worktime.Name, ["version"] = d.Worktime.Version },
                ["needCapabilities"] = d.Requirements,
                ["dependencies"] = JsArray.OfStrings(d.Dependencies),
                ["requirePath"] = JsArray.OfStrings(d.RequirePath),
                ["modulePath"] = new JsArray(),
                ["public"] = new JsObject
                {
                    ["name"] = d.Name,
                    ["description"] = d.Description,
                    ["link"] = d.Link,
                    ["computeGroups"] = new JsArray(job.Groups.Select(JsValue? (g) => new JsObject { ["opaqueId"] = g, ["name"] = g, ["description"] = "" })),
                },
                ["metrics"] = job.Metrics.ToJs(job.Slices.Count),
                ["workerConsole"] = d.WorkerConsole,
                ["localExec"] = d.LocalExec,
                ["discrete"] = d.Discrete,
                ["useStrict"] = d.UseStrict,

                // never true: dcp-client 5.6.1 dies of it when it holds several jobs (it indexes past its list of them)
                ["almostDone"] = false,
            };
            if (!d.Range.IsNullish)
            {
                message["MROLocation"] = DataUri.Encode(JsonWriter.Write(d.Range), MediaType.Json);
            }

            return message;
        }
    }

    private static JsArray Arguments(Job job, ArtifactAddresses artifacts)
    {
        int inline = 0;
        return new JsArray(job.Definition.Arguments.Select(JsValue? (a, i) => new JsObject
        {
            ["argIndex"] = i,
            ["value"] = artifacts.Argument(job, i, mayTravel: (inline += a.Text.Length) <= MostInlineCharacters),
        }));
    }

    /// <summary>Slices of a job. <paramref name="data"/> has those that came by value.</summary>
    public static JsArray Slices(Job job, IReadOnlyList<int> numbers, Dictionary<int, StoredValue> data, ArtifactAddresses artifacts, SchedulerOptions options)
    {
        int inline = 0;
        bool isLong = job.Metrics.Elapsed >= Long;
        JsArray slices = [];
        foreach (int number in numbers)
        {
            JsObject slice = new()
            {
                ["jobId"] = job.Id,
                ["sliceNumber"] = number,
                ["isEstimationSlice"] = false,
                ["isLongSlice"] = isLong,
                ["cotaskCount"] = 0,
                ["resultStorageType"] = job.Definition.ResultStorageType,
            };
            if (data.TryGetValue(number, out StoredValue value))
            {
                bool travels = !value.IsAddress && value.Text.Length <= options.MaxInlineCharacters && (inline += value.Text.Length) <= MostInlineCharacters;
                slice["datumUri"] = value.IsAddress ? value.Text : travels ? DataUri.Encode(value.Text, value.MediaType!) : artifacts.Slice(job, number);
            }
            else if (job.Definition.Pattern is { } pattern)
            {
                slice["datumUri"] = pattern.Replace("{slice}", $"{number}", StringComparison.Ordinal);
            }

            if (!job.Definition.ResultStorageDetails.IsNullish)
            {
                slice["resultStorageDetails"] = job.Definition.ResultStorageDetails;
                slice["resultStorageParams"] = job.Definition.ResultStorageParams;
            }

            slices.Add(slice);
        }

        return slices;
    }
}
