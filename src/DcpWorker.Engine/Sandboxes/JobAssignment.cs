using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>All that a sandbox needs to know of a job.</summary>
public sealed record JobAssignment
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>Source text of the work function: a JavaScript expression in worktime <c>map-basic</c>.</summary>
    public required string WorkFunction { get; init; }

    /// <summary>Arguments that follow the datum in every call.</summary>
    public IReadOnlyList<JsValue> Arguments { get; init; } = [];

    /// <summary>Ids of the modules that must be there before the work function starts.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    /// <summary>What is appended to <c>require.paths</c>.</summary>
    public IReadOnlyList<string> RequirePath { get; init; } = [];

    /// <summary>What is appended to <c>module.paths</c>.</summary>
    public IReadOnlyList<string> ModulePath { get; init; } = [];

    /// <summary>What the job tells of itself.</summary>
    public JobPublic Public { get; init; } = new();

    /// <summary>Whether the work function is compiled in strict mode.</summary>
    public bool UseStrict { get; init; }

    /// <summary>The worktime; its version is a range, of which the sandbox's newest is taken.</summary>
    public Worktime Worktime { get; init; } = new("map-basic", "*");

    /// <summary>Whether WebGPU must be visible to the work function.</summary>
    public bool RequiresWebGpu { get; init; }

    /// <summary>Whether <c>OffscreenCanvas</c> must be visible to the work function.</summary>
    public bool RequiresOffscreenCanvas { get; init; }

    /// <summary>
    /// Gives the modules with these ids as <c>{package: {file: source}}</c>. What it throws is what <see cref="Sandbox.AssignAsync"/>
    /// throws. Null: there are no modules.
    /// </summary>
    public Func<IReadOnlyList<string>, CancellationToken, Task<JsValue>>? ModuleSource { get; init; }

    /// <summary>
    /// Answers <c>fetch()</c>: takes <c>{url, method, headersEntries, bodyBuffer, mode, credentials}</c>, gives
    /// <c>{url, status, statusText, headersEntries, bodyBuffer}</c>; what it throws rejects the promise. Null: every fetch is refused.
    /// </summary>
    public Func<JsValue, CancellationToken, Task<JsValue>>? Fetch { get; init; }
}
