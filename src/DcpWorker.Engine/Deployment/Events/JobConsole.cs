using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment.Events;

/// <summary>A slice wrote to its console.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Level"><c>log</c>, <c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
/// <param name="Message">The arguments, an array; undefined when the message before is repeated.</param>
/// <param name="Repetitions">How often in a row.</param>
public sealed record JobConsole(DateTimeOffset Time, long SliceNumber, string Level, JsValue Message, int Repetitions) : JobEvent(Time);
