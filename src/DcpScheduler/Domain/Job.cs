using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Domain;

/// <summary>A deployed job. Its changing parts are guarded by the lock of <see cref="JobBook"/>.</summary>
internal sealed class Job(string id, long key, Address owner, Address paymentAccount, Address escrow, JobDefinition definition, DateTimeOffset created)
{
    /// <summary>The id that the deployer chose.</summary>
    public string Id { get; } = id;

    /// <summary>The key in the database.</summary>
    public long Key { get; } = key;

    /// <summary>The identity that deployed it and may close, cancel and read it.</summary>
    public Address Owner { get; } = owner;

    /// <summary>The account that pays.</summary>
    public Address PaymentAccount { get; } = paymentAccount;

    /// <summary>The job's own address.</summary>
    public Address Escrow { get; } = escrow;

    /// <summary>What was submitted.</summary>
    public JobDefinition Definition { get; } = definition;

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>Its slices.</summary>
    public SliceTable Slices { get; } = new();

    /// <summary>What its slices cost.</summary>
    public JobMetrics Metrics { get; } = new();

    /// <summary>What its deployer is to be told.</summary>
    public JobEvents Events { get; } = new();

    /// <summary>Where it is in its life.</summary>
    public JobStatus Status { get; set; }

    /// <summary>Whether no more slices will come.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Opaque ids of the groups whose workers may have it.</summary>
    public HashSet<string> Groups { get; } = [];

    /// <summary>Why it was cancelled.</summary>
    public string? CancelReason { get; set; }

    /// <summary>The code that goes with <see cref="CancelReason"/>.</summary>
    public string? CancelCode { get; set; }

    /// <summary>Characters that it takes in the database.</summary>
    public long Characters { get; set; }

    /// <summary>Returns since the last result.</summary>
    public int ReturnsInARow { get; set; }

    /// <summary>The reason given with the last return.</summary>
    public string? LastReturnReason { get; set; }

    /// <summary>The code given with the last return.</summary>
    public string? LastReturnCode { get; set; }

    /// <summary>Workers that will not have it.</summary>
    public HashSet<string> RejectedBy { get; } = [];

    /// <summary>Workers whose slices were given to others, or done by others: they may still compute them.</summary>
    public HashSet<string> Strays { get; } = [];

    /// <summary>When a slice was last handed out, returned or done.</summary>
    public DateTimeOffset LastActivity { get; set; } = created;

    /// <summary>When the deployer last made a call of its deploy phase.</summary>
    public DateTimeOffset LastDeployCall { get; set; } = created;

    /// <summary>When its deployer was last told how far it is.</summary>
    public DateTimeOffset LastStatusEvent { get; set; }

    /// <summary>Held while slices are added, so that their numbers follow each other.</summary>
    public SemaphoreSlim Uploading { get; } = new(1);

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>Whether all its slices are done and no more will come.</summary>
    public bool IsComplete => IsClosed && Slices.Done == Slices.Count;
}
