namespace DcpWorker.Engine.Deployment;

/// <summary>Time-outs and sizes of a <see cref="JobDeployer"/>.</summary>
public sealed record DeploymentOptions
{
    /// <summary>The defaults.</summary>
    public static DeploymentOptions Default { get; } = new();

    /// <summary>How often a job is offered when the connection fails meanwhile. A refusal is final.</summary>
    public int SubmitAttempts { get; init; } = 10;

    /// <summary>Slices in the first pile of an upload.</summary>
    public int FirstPile { get; init; } = 10;

    /// <summary>How many characters of JSON a pile should have.</summary>
    public int PileTarget { get; init; } = 3_000_000;

    /// <summary>A pile of more characters is split, unless it is a single slice.</summary>
    public int PileCeiling { get; init; } = 30_000_000;

    /// <summary>How much larger than the one before a pile may be, in slices.</summary>
    public int PileGrowth { get; init; } = 10;

    /// <summary>How many missing results are asked for in one request.</summary>
    public int FetchPile { get; init; } = 100;

    /// <summary>
    /// Silence after which missing results are asked for, in case an event was lost with a connection.
    /// </summary>
    public TimeSpan QuietLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many events nobody has read yet are kept; the oldest make room. Results, and the end of the job, are kept besides.</summary>
    public int EventBacklog { get; init; } = 10_000;
}
