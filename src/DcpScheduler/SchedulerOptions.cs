namespace DcpScheduler;

/// <summary>How the scheduler behaves. The defaults suit one machine.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>The defaults.</summary>
    public static SchedulerOptions Default { get; } = new();

    /// <summary>Host name or address to listen on; loopback unless told otherwise.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 lets the system choose.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The base of the addresses given to clients; null derives it from <see cref="Host"/> and the bound port.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Directory of the database and the key.</summary>
    public string DataDirectory { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "dcp-scheduler");

    /// <summary>
    /// How long a slice stays with a worker that says nothing about it. Workers report what they hold every
    /// 4 minutes, so less than that makes slices be computed twice.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>After this long without any connection, what a worker holds is handed out again.</summary>
    public TimeSpan DisconnectGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much work, in time, a task should bring to each core of a worker.</summary>
    public TimeSpan TargetTaskDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a worker's request waits for work when there is none; clients give up after 3 minutes.</summary>
    public TimeSpan HoldRequests { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most slices in one task.</summary>
    public int MaxSlicesPerTask { get; init; } = 250;

    /// <summary>A job is cancelled when one of its slices was returned this often.</summary>
    public int MaxReturnsPerSlice { get; init; } = 3;

    /// <summary>A job is cancelled after this many returns in a row without any result between them.</summary>
    public int MaxReturnsInARow { get; init; } = 10;

    /// <summary>A job that every worker refuses is cancelled when nobody has taken it for this long.</summary>
    public TimeSpan RejectedJobPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>`stop` is held back until this long after the last call of the deployer's deploy phase.</summary>
    public TimeSpan StopDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a deployer may take to answer an event before it counts as not delivered.</summary>
    public TimeSpan EventTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Finished and cancelled jobs are forgotten after this long.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most slices of a job.</summary>
    public int MaxSlicesPerJob { get; init; } = 1_000_000;

    /// <summary>Most characters that a job's function, arguments and slice data may take together.</summary>
    public long MaxJobCharacters { get; init; } = 2_000_000_000;

    /// <summary>Most jobs that are neither finished nor cancelled.</summary>
    public int MaxRunningJobs { get; init; } = 10_000;

    /// <summary>Most connections (sessions) at once.</summary>
    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Values longer than this many characters are fetched from the scheduler by GET instead of travelling inside messages.</summary>
    public int MaxInlineCharacters { get; init; } = 8_192;

    /// <summary>Credits that a factor 1.0 of the market value pays for a slice.</summary>
    public decimal MarketValue { get; init; } = 0.0001m;

    /// <summary>Groups beside the public one.</summary>
    public IReadOnlyList<Domain.ComputeGroup> ComputeGroups { get; init; } = [];
}
