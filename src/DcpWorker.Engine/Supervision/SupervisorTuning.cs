namespace DcpWorker.Engine.Supervision;

/// <summary>Time-outs, limits and intervals of the supervisor; the defaults are those of the network unless they say otherwise.</summary>
public sealed record SupervisorTuning
{
    /// <summary>The defaults.</summary>
    public static SupervisorTuning Default { get; } = new();

    /// <summary>How often work is asked for when nothing else gives a reason to.</summary>
    public TimeSpan WatchdogInterval { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How long a request for work may take.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How much work is kept queued; the less, the more of it others can take.</summary>
    public TimeSpan QueueTarget { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>By how much one request may ask for more than the free cores when slices are much shorter than a request.</summary>
    public int MaxLoadFactor { get; init; } = 32;

    /// <summary>How often the slices held are reported (Soteria), unless the scheduler says otherwise.</summary>
    public TimeSpan SliceReportInterval { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Slices that one sandbox computes before it is replaced.</summary>
    public int MaxSandboxUses { get; init; } = 200;

    /// <summary>Sandbox deaths that a slice survives on this worker, less one; then it is returned.</summary>
    public int MaxSliceDeaths { get; init; } = 3;

    /// <summary>Consecutive failures to assign after which a job is no longer served.</summary>
    public int MaxAssignFailures { get; init; } = 2;

    /// <summary>How often a result that the scheduler refuses is offered again.</summary>
    public int MaxResultRetries { get; init; } = 1;

    /// <summary>Longest wait before a result that was refused, or that found no connection, is offered again.</summary>
    public TimeSpan MaxResultDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Shortest wait before a result is offered again; doubled each time.</summary>
    public TimeSpan MinResultDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the artifacts of a job or slice may take to fetch.</summary>
    public TimeSpan ArtifactTimeout { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Largest artifact, in bytes.</summary>
    public long MaxArtifactSize { get; init; } = 512L * 1024 * 1024;

    /// <summary>Largest group of modules, in bytes of source.</summary>
    public long MaxModuleSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>Shortest time for which an origin that fails is left alone; doubled each time.</summary>
    public TimeSpan MinFetchBackoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time for which an origin that fails is left alone.</summary>
    public TimeSpan MaxFetchBackoff { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Shortest wait before a sandbox is started again after a failure; doubled each time.</summary>
    public TimeSpan MinEvaluatorBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a sandbox is started again after a failure.</summary>
    public TimeSpan MaxEvaluatorBackoff { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>How long no evaluator may be reachable before the slices held are returned.</summary>
    public TimeSpan EvaluatorPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Share of the cores that slices of three minutes and more may take while short ones wait.</summary>
    public double MaxLongSliceShare { get; init; } = 0.6;

    /// <summary>How long a job without slices keeps its sandboxes and artifacts, in case more slices come.</summary>
    public TimeSpan JobLinger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long a stop waits for results to be acknowledged and for the scheduler to take the rest back.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long slices in sandboxes may go on after the worker was paused with <see cref="PauseMode.Finish"/>. Default 60 s.</summary>
    public TimeSpan PauseGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long slices are kept suspended; somebody waits for them. Default 10 min.</summary>
    public TimeSpan MaxSuspension { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a sandbox has to end by itself.</summary>
    public TimeSpan SandboxGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the begin of slices may be held back so that several travel in one message.</summary>
    public TimeSpan StatusDelay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Age at which a result that no scheduler took is given up.</summary>
    public TimeSpan MaxResultAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of results that are kept on disk for the case that this process is killed.</summary>
    public long MaxJournalSize { get; init; } = 256L * 1024 * 1024;
}
