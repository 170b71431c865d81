using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>
/// The requests that set a job up in a sandbox, and the ways to notice that it failed: the sandbox's own report of such
/// a failure fails as well, and then says nothing.
/// </summary>
internal sealed class Assignment : IDisposable
{
    internal const string CheckId = "compile";
    private const string ProbePrefix = "probe";
    private const string JavaScript = "map-basic";

    // Tells whether the main module has begun to set the worktime up.
    private const string ProbeSource = "typeof module === 'object' && typeof module.main === 'object' && typeof module.main.worktime === 'object'";

    private readonly JobAssignment _job;
    private readonly SandboxOptions _options;
    private readonly Worktime _worktime;
    private readonly ITimer _clock;
    private readonly Lock _lock = new();
    private int _modulesAwaited;
    private int _probes;

    internal Assignment(JobAssignment job, SandboxDescription sandbox, SandboxOptions options, TimeProvider time, Action onTimeout)
    {
        _job = job;
        _options = options;
        _worktime = sandbox.Resolve(job.Worktime) ?? throw new SandboxException(
            SandboxException.AssignFailed,
            $"Job {job.JobId} wants worktime {job.Worktime.Name} {job.Worktime.Version}; there is {string.Join(", ", sandbox.Worktimes.Select(w => $"{w.Name} {w.Version}"))}.");
        _clock = time.CreateTimer(_ => onTimeout(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether failures can be noticed at once.</summary>
    internal bool CanProbe => _worktime.Name == JavaScript;

    internal JsObject Requirements() => new()
    {
        ["webgpu"] = _job.RequiresWebGpu ? (int)SandboxCapabilities.WebGpu : 0,
        ["offscreenCanvas"] = _job.RequiresOffscreenCanvas ? (int)SandboxCapabilities.OffscreenCanvas : 0,
        ["worktime"] = _worktime.Name,
        ["request"] = "applyRequirements",
    };

    /// <summary>Compiles the work function without running it, exactly as wrapped by the worktime, so that a syntax error has a message.</summary>
    internal JsObject CompileCheck()
    {
        string body = $"{(_job.UseStrict ? "\"use strict\"; " : "")}return ({_job.WorkFunction})";
        return Eval($"void new Function({JsonWriter.Quote(body)})", CheckId);
    }

    internal JsObject Request() => new()
    {
        ["request"] = "assign",
        ["job"] = new JsObject
        {
            ["id"] = _job.JobId,
            ["arguments"] = new JsArray(_job.Arguments),
            ["dependencies"] = JsArray.OfStrings(_job.Dependencies),
            ["modulePath"] = JsArray.OfStrings(_job.ModulePath),
            ["public"] = new JsObject { ["name"] = _job.Public.Name, ["description"] = _job.Public.Description, ["link"] = _job.Public.Link },
            ["requirePath"] = JsArray.OfStrings(_job.RequirePath),
            ["workFunction"] = _job.WorkFunction,
            ["useStrict"] = _job.UseStrict,
            ["worktime"] = new JsObject { ["name"] = _worktime.Name, ["version"] = _worktime.Version },
        },
        ["sandboxConfig"] = new JsObject { ["progressThrottle"] = _options.ProgressThrottle.TotalSeconds },
    };

    /// <summary>
    /// Asks how far setting up has come; the answer is for <see cref="HasFailed"/>. To be sent right after whatever might
    /// carry it on: the assignment, or a group of modules.
    /// </summary>
    internal JsObject Probe()
    {
        lock (_lock)
        {
            return Eval(ProbeSource, ProbePrefix + ++_probes);
        }
    }

    /// <summary>
    /// Whether a message, come before <c>assigned</c>, is the answer to a probe and means that setting up has failed.
    /// Questions are answered in order, and this worktime is set up without a turn of the event loop: so it has thrown when
    /// it has begun, and also when it has not and no module is on its way.
    /// </summary>
    internal bool HasFailed(RingMessage answer)
    {
        lock (_lock)
        {
            bool begun = answer.Value["data"].AsBoolean() == true;
            return begun || (_modulesAwaited == 0 && answer.Request == RingMessage.EvalResult + ProbePrefix + _probes);
        }
    }

    /// <summary>Whether a message is the answer to a probe.</summary>
    internal static bool IsProbeAnswer(RingMessage message) => message.Request.StartsWith(RingMessage.EvalResult + ProbePrefix, StringComparison.Ordinal);

    internal void StartClock() => _clock.Change(_options.AssignTimeout, Timeout.InfiniteTimeSpan);

    /// <summary>Stops the clock while modules are fetched: how long that takes is not the sandbox's fault.</summary>
    internal void ModulesAwaited(int change)
    {
        lock (_lock)
        {
            _modulesAwaited += change;
            _clock.Change(_modulesAwaited > 0 ? Timeout.InfiniteTimeSpan : _options.AssignTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _clock.Dispose();

    private static JsObject Eval(string source, string id) => new()
    {
        ["request"] = "eval",
        ["data"] = source,
        ["filename"] = "dcp-worker",
        ["msgId"] = id,
    };
}
