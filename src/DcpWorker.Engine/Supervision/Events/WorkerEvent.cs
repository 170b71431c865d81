namespace DcpWorker.Engine.Supervision.Events;

/// <summary>
/// Something that happened in a worker. Heirs carry what a console, a cmdlet or a test wants to know; none holds a
/// secret. New kinds may be added: readers pass over those that they do not know.
/// </summary>
/// <param name="Time">When it happened.</param>
public abstract record WorkerEvent(DateTimeOffset Time);
