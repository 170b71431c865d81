using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Running;

/// <summary>How an attempt to compute a slice ended.</summary>
internal abstract record SliceVerdict
{
    /// <summary>There is a result: what the work function returned, or the error that it threw.</summary>
    public sealed record Computed(JsValue Value, bool Threw, SliceMeasurement Used, TimeSpan Elapsed, long InSize) : SliceVerdict;

    /// <summary>No sandbox could be had; nothing is the slice's fault.</summary>
    public sealed record NotStarted(string Message) : SliceVerdict;

    /// <summary>The evaluator ended under the slice.</summary>
    public sealed record EvaluatorDied(string Message, bool InAssign) : SliceVerdict;

    /// <summary>The work function does not want to run here.</summary>
    public sealed record Rejected(string Reason, int Retries, SliceMeasurement Used) : SliceVerdict;

    /// <summary>The job could not be set up in a sandbox.</summary>
    public sealed record AssignFailed(string Code, string Message) : SliceVerdict;

    /// <summary>The job cannot be served by this worker.</summary>
    public sealed record JobRefused(string Code, string Message) : SliceVerdict;

    /// <summary>The slice failed.</summary>
    public sealed record Failed(string Code, string Message) : SliceVerdict;

    /// <summary>The worker itself ended the attempt.</summary>
    public sealed record Aborted : SliceVerdict;
}
