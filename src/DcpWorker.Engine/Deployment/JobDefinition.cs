using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>A job to deploy: one work function, computed for each of many inputs. Source: operation <c>submit@5</c>.</summary>
public sealed record JobDefinition
{
    /// <summary>
    /// Source of the work function, an expression: <c>async (datum, ...args) =&gt; { progress(); … }</c>. It has to call
    /// <c>progress()</c> at least once, or the network takes it for dead.
    /// </summary>
    public required string WorkFunction { get; init; }

    /// <summary>What it is computed for; one slice each.</summary>
    public required JobInput Input { get; init; }

    /// <summary>Arguments of the work function after the datum, the same for each slice.</summary>
    public IReadOnlyList<JsValue> Arguments { get; init; } = [];

    /// <summary>Name shown to those who compute it; null makes one from the job's id.</summary>
    public string? Name { get; init; }

    /// <summary>What those who compute it are told it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where they can read more.</summary>
    public string Link { get; init; } = "";

    /// <summary>Credits (DCC) offered for a slice; not below zero.</summary>
    public decimal SlicePayment { get; init; } = 0.001m;

    /// <summary>Modules that the work function requires, for example <c>my-package/adder</c>; they must have been deployed.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    /// <summary>Folders of packages in which <c>require</c> looks.</summary>
    public IReadOnlyList<string> RequirePath { get; init; } = [];

    /// <summary>The groups of workers that may compute it.</summary>
    public IReadOnlyList<JobGroup> Groups { get; init; } = [JobGroup.Public];

    /// <summary>Name of the worktime that runs the work function.</summary>
    public string Worktime { get; init; } = "map-basic";

    /// <summary>Versions of the worktime that will do: a semver range.</summary>
    public string WorktimeVersions { get; init; } = "^1.0.0";

    /// <summary>Whether the work function runs in strict mode.</summary>
    public bool UseStrict { get; init; }

    /// <summary>Whether slices need a GPU by WebGPU.</summary>
    public bool RequiresWebGpu { get; init; }

    /// <summary>Whether the scheduler sends back what slices write to their console.</summary>
    public bool Console { get; init; } = true;
}
