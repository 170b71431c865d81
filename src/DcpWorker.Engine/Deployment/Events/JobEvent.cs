namespace DcpWorker.Engine.Deployment.Events;

/// <summary>Something that the scheduler told about a job. Texts and values come from workers: not to be trusted.</summary>
/// <param name="Time">When it came in.</param>
public abstract record JobEvent(DateTimeOffset Time);
