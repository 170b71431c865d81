using static DcpWorker.Engine.Configuration.ConfigurationKeyType;

namespace DcpWorker.Engine.Configuration;

/// <summary>The keys that this program reads, and those of the network's own worker that it knows and leaves alone.</summary>
public static class ConfigurationKeys
{
    /// <summary>All keys that are read, in the order of the default file.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new("scheduler.location", Url, "Where work comes from."),
        new("scheduler.configLocation", Url, "Where the scheduler's configuration is fetched; null fetches none."),
        new("evaluator.listen", Url, "Where the inet-daemon listens."),
        new("evaluator.location", Url, "Where the worker finds its evaluators."),
        new("inetDaemon.maxConnections", WholeNumber, "Most evaluators at once.", 1, 10000),
        new("inetDaemon.allowFrom", TextList, "Networks that may connect, as CIDR."),
        new("inetDaemon.nice", WholeNumber, "Scheduling priority of the evaluators.", 0, 19),
        new("inetDaemon.maxHeap", WholeNumber, "JavaScript heap of one evaluator, in MiB.", 16, 1 << 20),
        new("inetDaemon.maxBuffers", WholeNumber, "Array buffers of one evaluator, in MiB.", 16, 1 << 20),
        new("worker.paymentAddress", Address, "The account that earns."),
        new("worker.maxSandboxes", WholeNumber, "Sandboxes at once.", 1, 4096),
        new("worker.utilization.cpu", Number, "Share of the cores to use.", 0, 1),
        new("worker.minimumWage.CPU", Number, "Least pay for an hour of CPU, in DCC.", 0),
        new("worker.minimumWage.GPU", Number, "Least pay for an hour of GPU, in DCC.", 0),
        new("worker.minimumWage.in", Number, "Least pay for a megabyte in, in DCC.", 0),
        new("worker.minimumWage.out", Number, "Least pay for a megabyte out, in DCC.", 0),
        new("worker.jobIds", TextList, "Only these jobs; empty: any."),
        new("worker.computeGroups", Structure, "Further groups to work for."),
        new("worker.leavePublicGroup", Flag, "Whether not to work for the public group."),
        new("worker.allowOrigins", Structure, "Sites that a job may fetch from or send to, by purpose."),
        new("worker.allowOrigins.any", TextList, "Sites allowed for every purpose."),
        new("worker.trustScheduler", Flag, "Whether the scheduler may name allowed sites."),
        new("worker.watchdogInterval", Number, "Seconds between two looks for work.", 0.1, 3600),
        new("worker.exitWhenIdle", Number, "Seconds without work after which the worker stops.", 0, 1e8),
        new("worker.maxSlices", WholeNumber, "Slices after which the worker stops.", 1, 1e9),
        new("supervisor.sandbox.creationTimeout", Number, "Most seconds until an evaluator is ready.", 1, 3600),
        new("supervisor.sandbox.assignTimeout", Number, "Most seconds until a sandbox has taken a job.", 1, 3600),
        new("supervisor.sandbox.progressTimeout", Number, "Most seconds between two progress reports.", 1, 86400),
        new("supervisor.sandbox.sliceTimeout", Number, "Most seconds for a slice.", 1, 30 * 86400),
        new("supervisor.sandbox.progressThrottle", Number, "Seconds between two progress reports that are passed on.", 0, 60),
        new("supervisor.sandbox.maxSandboxUse", WholeNumber, "Slices until a sandbox is replaced.", 1, 1000000),
    ];

    /// <summary>Keys of the network's own worker under the sections we look at: known, and without effect here.</summary>
    internal static IReadOnlyList<string> WithoutEffect { get; } =
    [
        "worker.utilization.gpu", "worker.cores", "worker.bannedGPUs", "worker.unmanaged", "worker.evaluator", "worker.warningTimeout",
        "worker.cleanupTimeout", "worker.updateEarningsMinFrequency", "worker.claimedEarnings", "worker.publicGroupFallback",
        "worker.leaveGlobalGroup", "worker.trustComputeGroupOrigins", "worker.jobAddresses", "worker.reportInterval", "worker.allowConsoleAccess",
        "evaluator.libDir", "inetDaemon.standaloneWorker",
    ];

    /// <summary>The sections that are ours to the last key.</summary>
    internal static IReadOnlyList<string> OwnSections { get; } = ["worker", "inetDaemon", "evaluator"];
}
