using DcpWorker.Cmdlets.ComputeGroups;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using JobDefinition = DcpWorker.Engine.Deployment.JobDefinition;

namespace DcpWorker.Cmdlets.Deployment;

/// <summary>What a job's run was told by parameters.</summary>
internal sealed record JobRunOptions
{
    /// <summary>The job; its groups are those of <see cref="ComputeGroups"/> when there are any.</summary>
    public required JobDefinition Definition { get; init; }

    /// <summary>What each slice is computed for, as it was given; errors tell of it.</summary>
    public required IReadOnlyList<object?> Input { get; init; }

    /// <summary>Key of the account that pays; the run disposes of it.</summary>
    public required PrivateKey Account { get; init; }

    /// <summary>Folder of this user's identity.</summary>
    public required string ResourceDirectory { get; init; }

    /// <summary>The scheduler; null: the configuration's.</summary>
    public Uri? Scheduler { get; init; }

    /// <summary>The groups whose workers may compute it; null: the public one.</summary>
    public IReadOnlyList<ComputeGroupArgument>? ComputeGroups { get; init; }

    /// <summary>Whether results are written as they come in.</summary>
    public bool IsUnordered { get; init; }
}
