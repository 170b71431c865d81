using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>A message out of a sandbox, and the level of trust of the code that posted it.</summary>
/// <param name="Ring">0 set-up, 1 access lists, 2 bootstrap, 3 anything after assignment: work functions too.</param>
/// <param name="Request">What it is.</param>
/// <param name="Value">The whole message.</param>
internal readonly record struct RingMessage(int Ring, string Request, JsValue Value)
{
    internal const string EvalResult = "evalResult::";

    /// <summary>Whether code of that ring may say so. Anything else is an attempt to pass for more than it is.</summary>
    internal bool IsAllowed => Ring switch
    {
        0 => Request is "scriptLoaded" or "__sandboxLoaded" or "error" or "unrecoverable-evaluator" or "clearTimersDone",
        1 => Request is "applyRequirementsDone" or "error",
        2 => Request is "describe" or "assigned" or "resetStateDone" or "dependency" or "fetchRequest" or "error" or "reject" or "workError"
            || Request.StartsWith(EvalResult, StringComparison.Ordinal),
        3 => Request is "progress" or "noProgress" or "console" or "emitEvent" or "measurement" or "complete" or "workError" or "workReject" or "sandboxError",
        _ => false,
    };
}
