using System.Collections.Concurrent;
using System.Management.Automation;

namespace DcpWorker.Cmdlets.Jobs;

/// <summary>
/// The jobs of this module in one session, for Get-Job and its kin. PowerShell makes one for each session that imports the module.
/// </summary>
public sealed class RunJobSourceAdapter : JobSourceAdapter
{
    private const string Parameter = "Job";

    private readonly ConcurrentDictionary<Guid, Job2> _jobs = new();

    /// <summary>Makes an adapter without jobs.</summary>
    public RunJobSourceAdapter() => Name = nameof(RunJobSourceAdapter);

    /// <summary>Enters a job among those of the cmdlet's session.</summary>
    internal static void Add(RunJob job, PSCmdlet cmdlet) => cmdlet.JobManager.NewJob(new JobInvocationInfo(
        new JobDefinition(typeof(RunJobSourceAdapter), job.Command, job.Name), new Dictionary<string, object> { [Parameter] = job }));

    /// <inheritdoc/>
    public override Job2 NewJob(JobInvocationInfo specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Job2 job = specification.Parameters.SelectMany(p => p).Where(p => p.Name == Parameter).Select(p => p.Value).OfType<RunJob>().FirstOrDefault()
            ?? throw new NotSupportedException("A job of this module is started by its own cmdlet with -AsJob.");
        _jobs[job.InstanceId] = job;
        return job;
    }

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => [.. _jobs.Values];

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse) => Matching(name, j => j.Name);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse) => Matching(command, j => j.Command);

    /// <inheritdoc/>
    public override Job2 GetJobByInstanceId(Guid instanceId, bool recurse) => _jobs.GetValueOrDefault(instanceId)!;

    /// <inheritdoc/>
    public override Job2 GetJobBySessionId(int id, bool recurse) => _jobs.Values.FirstOrDefault(j => j.Id == id)!;

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => [.. _jobs.Values.Where(j => j.JobStateInfo.State == state)];

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) =>
        // As for other kinds of jobs, what a filter names is a property of the job.
        [.. _jobs.Values.Where(j => filter.All(f => Equals(Text(PSObject.AsPSObject(j).Properties[f.Key]?.Value), Text(f.Value))))];

    /// <inheritdoc/>
    public override void RemoveJob(Job2 job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _jobs.TryRemove(job.InstanceId, out _);
    }

    private static string? Text(object? value) => LanguagePrimitives.ConvertTo<string>(value);

    private List<Job2> Matching(string pattern, Func<Job2, string> text)
    {
        WildcardPattern wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
        return [.. _jobs.Values.Where(j => wildcard.IsMatch(text(j)))];
    }
}
