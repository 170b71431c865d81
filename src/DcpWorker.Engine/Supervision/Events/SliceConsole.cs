using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A work function wrote to its console. Text from a job: escape it before it is shown.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="SandboxId">The sandbox that computes it.</param>
/// <param name="Level"><c>log</c>, <c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
/// <param name="Message">The arguments, an array.</param>
public sealed record SliceConsole(DateTimeOffset Time, string JobId, long SliceNumber, int SandboxId, string Level, JsValue Message) : WorkerEvent(Time);
