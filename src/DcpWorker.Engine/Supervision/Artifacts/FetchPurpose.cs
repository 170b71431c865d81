namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>What a location is fetched, or sent to, for; each has its own list of allowed origins.</summary>
internal enum FetchPurpose
{
    WorkFunction,
    Arguments,
    Data,
    SendResults,

    /// <summary>A module at a location that the network's own package manager names; any origin is allowed, as everywhere in the network.</summary>
    Module,

    /// <summary>A work function's own <c>fetch</c>; not even the scheduler is allowed unless listed.</summary>
    Sandbox,
}
