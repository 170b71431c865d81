namespace DcpWorker.Engine.Sandboxes;

/// <summary>Something that a work function says while it computes a slice.</summary>
public abstract record SandboxMessage;
