using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Limits;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>Builds the data of <c>requestTask@3</c>.</summary>
internal sealed class TaskRequest(WorkerOptions options, string workerId, string returnAllSlices)
{
    private int _sequence;

    /// <summary>A request for work.</summary>
    public JsObject Work(
        int cores, double totalCores, SandboxDescription sandbox, IReadOnlyCollection<Job> jobs, IReadOnlyList<string> wanted, IReadOnlyList<string> rejected, IReadOnlyList<string> discrete, bool first, JsValue heldSlices, JsValue overdue)
    {
        FetchState state = FetchState.Normal | (first ? FetchState.StartupCheck : 0) | (heldSlices.IsNullish ? 0 : FetchState.ReportSlices);
        MinimumWage wage = options.MinimumWage;
        int processors = AvailableCores.Count;
        JsObject request = new()
        {
            ["targetLoad"] = new JsObject { ["cpu"] = cores, ["gpu"] = 0, ["longSlices"] = Math.Min(cores, (int)Math.Ceiling(totalCores)) },
            ["coreStats"] = new JsObject
            {
                ["worker"] = workerId,
                ["lCores"] = processors,
                ["pCores"] = processors,
                ["sandbox"] = options.MaxSandboxes ?? options.Sandboxes,
            },
            ["jobQuanta"] = new JsObject { ["CPU"] = Quanta(jobs), ["GPU"] = new JsObject { ["0"] = 1 } },
            ["capabilities"] = (int)sandbox.Capabilities,
            ["gpuSpeed"] = -1,
            ["paymentAddress"] = options.PaymentAddress.ToString(),
            ["jobIds"] = JsArray.OfStrings(wanted),
            ["workerComputeGroups"] = new JsArray(),
            ["minimumWage"] = new JsObject { ["CPU"] = wage.Cpu, ["GPU"] = wage.Gpu, ["in"] = wage.In, ["out"] = wage.Out },
            ["soteriaJobs"] = heldSlices,
            ["overdueSlices"] = overdue,
            ["previouslyWorkedJobs"] = JsArray.OfStrings(discrete),
            ["rejectedJobs"] = JsArray.OfStrings(rejected),
            ["unresolvedJobs"] = JsArray.OfStrings(jobs.Where(j => j.State == JobState.Loading).Select(j => j.Id)),
            ["fetchState"] = (int)state,
            ["worktimes"] = new JsArray(sandbox.Worktimes.Select(JsValue? (w) => new JsObject { ["name"] = w.Name, ["version"] = w.Version })),
            ["seq"] = _sequence++,
        };
        if (first)
        {
            request["returnAllSlices"] = returnAllSlices;
        }

        return request;
    }

    /// <summary>The memberships, proven for one session: <c>[{joinKey, joinHashHash}]</c>.</summary>
    public JsArray ComputeGroups(string sessionId)
    {
        IEnumerable<ComputeGroup> groups = options.LeaveGlobalGroup ? options.ComputeGroups : options.ComputeGroups.Append(ComputeGroup.Global);
        return new JsArray(groups.Select(JsValue? (g) => new JsObject
        {
            ["joinKey"] = g.JoinKey,
            ["joinHashHash"] = "eh1-" + Convert.ToHexStringLower(PersonalMessage.Hash(sessionId + g.JoinHash)),
        }));
    }

    /// <summary>Only the report of slices held.</summary>
    public JsObject Report(JsValue heldSlices, JsValue overdue) => new()
    {
        ["coreStats"] = new JsObject { ["worker"] = workerId },
        ["paymentAddress"] = options.PaymentAddress.ToString(),
        ["soteriaJobs"] = heldSlices,
        ["overdueSlices"] = overdue,
        ["fetchState"] = (int)FetchState.ReportSlices,
    };

    /// <summary>The worker's last words: everything that it holds is to be given to others.</summary>
    public JsObject ReturnAll() => new()
    {
        ["paymentAddress"] = options.PaymentAddress.ToString(),
        ["fetchState"] = (int)FetchState.ReturnAllSlices,
        ["returnAllSlices"] = returnAllSlices,
    };

    /// <summary>The sealed form of <c>{id: workerId}</c>, signed by the worker's identity: good for any time.</summary>
    public static string SignReturnAll(string workerId, PrivateKey identity)
    {
        JsObject body = new() { ["id"] = workerId };
        return JsonWriter.Write(new JsObject
        {
            ["owner"] = identity.Address.ToString(),
            ["signature"] = identity.Sign(JsonWriter.Write(body)).ToJs(),
            ["body"] = body,
        });
    }

    private static JsObject Quanta(IReadOnlyCollection<Job> jobs)
    {
        double[] known = [.. jobs.Select(j => j.Metrics.Quantum()).OfType<double>()];
        JsObject quanta = new() { ["0"] = known.Length == 0 ? 1 : known.Average() };
        foreach (Job job in jobs.Where(j => j.Metrics.Measured > 0))
        {
            quanta[job.Id] = job.Metrics.CpuMs;
        }

        return quanta;
    }
}
