namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The scheduler answered a request for work.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Slices">Job id to number of slices; empty when there is no work.</param>
/// <param name="Elapsed">From the request to the answer.</param>
public sealed record FetchCompleted(DateTimeOffset Time, IReadOnlyDictionary<string, int> Slices, TimeSpan Elapsed) : WorkerEvent(Time);
