using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>The answer to <c>requestTask@3</c>, checked member by member: it comes from the network.</summary>
internal sealed record TaskAnswer
{
    /// <summary>More slices than this in one answer are not looked at; the scheduler's lease gives them to others.</summary>
    private const int MaxSlices = 100_000;

    /// <summary>The jobs that slices were sent of.</summary>
    public required IReadOnlyDictionary<string, JobMessage> Jobs { get; init; }

    /// <summary>The slices of each job; of jobs that <see cref="Jobs"/> does not describe, too.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<SliceMessage>> Slices { get; init; }

    /// <summary>Everything but the body: it authorises the slices.</summary>
    public required JsObject Authorization { get; init; }

    /// <summary>Origins that the scheduler allows for its compute groups.</summary>
    public required JsValue ComputeGroupOrigins { get; init; }

    /// <summary>What the scheduler wants workers to do differently; undefined when nothing.</summary>
    public required JsValue Settings { get; init; }

    /// <summary>Number of slices.</summary>
    public int Count => Slices.Sum(s => s.Value.Count);

    /// <summary>Reads an answer; null when it is none. Members of the wrong kind are passed over.</summary>
    public static TaskAnswer? Read(JsValue payload)
    {
        if (payload is not JsObject answer || answer["body"] is not JsObject body)
        {
            return null;
        }

        JsObject authorization = [];
        foreach ((string name, JsValue value) in answer)
        {
            if (name != "body")
            {
                authorization[name] = value;
            }
        }

        return new TaskAnswer
        {
            Jobs = ReadJobs(body["newJobs"]),
            Slices = ReadSlices(body["task"]),
            Authorization = authorization,
            ComputeGroupOrigins = body["computeGroupOrigins"],
            Settings = body["schedulerConfig"],
        };
    }

    private static Dictionary<string, JobMessage> ReadJobs(JsValue newJobs)
    {
        Dictionary<string, JobMessage> jobs = new(StringComparer.Ordinal);
        foreach ((string id, JsValue job) in newJobs as JsObject ?? [])
        {
            if (JobMessage.Read(id, job) is { } read)
            {
                jobs[id] = read;
            }
        }

        return jobs;
    }

    private static Dictionary<string, IReadOnlyList<SliceMessage>> ReadSlices(JsValue task)
    {
        Dictionary<string, IReadOnlyList<SliceMessage>> slices = new(StringComparer.Ordinal);
        int total = 0;
        foreach ((string id, JsValue list) in task as JsObject ?? [])
        {
            List<SliceMessage> read = [];
            foreach (JsValue? item in (list as JsArray)?.Items ?? [])
            {
                if (item is not null && SliceMessage.Read(item) is { } slice && total++ < MaxSlices)
                {
                    read.Add(slice);
                }
            }

            if (read.Count > 0)
            {
                slices[id] = read;
            }
        }

        return slices;
    }
}
