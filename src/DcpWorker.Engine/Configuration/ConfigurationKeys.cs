using static DcpWorker.Engine.Configuration.ConfigurationKeyType;

namespace DcpWorker.Engine.Configuration;

/// <summary>The keys that this program reads, and those of the network's own worker that it knows and leaves alone.</summary>
public static class ConfigurationKeys
{
    /// <summary>All keys that are read, in the order of the default file.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new("scheduler.location", Url, "Where work comes from."),
        new("scheduler.configLocation", Url, "Where the scheduler's configuration is fetched; false or null fetches none."),
        new("evaluator.listen", Url, "Where the inet-daemon listens."),
        new("evaluator.location", Url, "Where the worker finds its evaluators."),
        new("inetDaemon.maxConnections", WholeNumber, "Most evaluators at once.", 1, 10000),
        new("inetDaemon.allowFrom", TextList, "Networks that may connect, as CIDR."),
        new("inetDaemon.localUsers", TextList, "Users of this machine that may connect: names, numbers, or self; empty: all."),
        new("inetDaemon.nice", WholeNumber, "Scheduling priority of the evaluators.", 0, 19),
        new("inetDaemon.maxHeap", WholeNumber, "JavaScript heap of one evaluator, in MiB.", 16, 1 << 20),
        new("inetDaemon.maxBuffers", WholeNumber, "Array buffers of one evaluator, in MiB.", 16, 1 << 20),
        new("inetDaemon.maxMemory", WholeNumber, "All memory of one evaluator, in MiB, where a control group has been delegated.", 64, 1 << 24),
        new("inetDaemon.cpuWeight", WholeNumber, "Share of the processor of one evaluator, where a control group has been delegated; the inet-daemon has 100.", 1, 10000),
        new("inetDaemon.allowNoLockDown", Flag, "Whether evaluators are offered although their lock-down is not in force."),
        new("worker.paymentAddress", Address, "The account that earns."),
        new("worker.maxSandboxes", WholeNumber, "Sandboxes at once.", 1, 4096),
        new("worker.cores.cpu", Number, "Cores to work on; sandboxes at once when maxSandboxes says no less.", 1, 4096),
        new("worker.utilization.cpu", Number, "Share of the cores to use.", 0.01, 1),
        new("worker.minimumWage.CPU", Number, "Least pay for an hour of CPU, in DCC.", 0),
        new("worker.minimumWage.GPU", Number, "Least pay for an hour of GPU, in DCC.", 0),
        new("worker.minimumWage.in", Number, "Least pay for a megabyte in, in DCC.", 0),
        new("worker.minimumWage.out", Number, "Least pay for a megabyte out, in DCC.", 0),
        new("worker.jobIds", TextList, "Only these jobs; empty: any."),
        new("worker.jobAddresses", TextList, "The same, under its older name."),
        new("worker.computeGroups", Structure, "Further groups to work for."),
        new("worker.leavePublicGroup", Flag, "Whether not to work for the public group."),
        new("worker.leaveGlobalGroup", Flag, "The same, under the network's present name."),
        new("worker.allowOrigins", Structure, "Sites that a job may fetch from or send to, by purpose."),
        new("worker.allowOrigins.any", TextList, "Sites allowed for every purpose."),
        new("worker.trustScheduler", Flag, "Whether the scheduler may name allowed sites."),
        new("worker.trustComputeGroupOrigins", Flag, "The same, under its older name."),
        new("worker.watchdogInterval", Number, "Seconds between two looks for work.", 0.1, 3600),
        new("worker.exitWhenIdle", Number, "Seconds without work after which the worker stops.", 0, 1e8),
        new("worker.maxSlices", WholeNumber, "Slices after which the worker stops.", 1, 1e9),
        new("worker.pauseWhen", TextList, "When the worker pauses by itself: rules such as 'load > 4', 'battery', 'user-active', 'hours Mon-Fri 08:00-18:00'."),
        new("worker.pauseMode", Text, "What becomes of the slices in sandboxes then: 'suspend', 'finish' or 'stop'."),
        new("supervisor.sandbox.creationTimeout", Number, "Most seconds until an evaluator is ready.", 1, 3600),
        new("supervisor.sandbox.assignTimeout", Number, "Most seconds until a sandbox has taken a job.", 1, 3600),
        new("supervisor.sandbox.progressTimeout", Number, "Most seconds between two progress reports.", 1, 86400),
        new("supervisor.sandbox.sliceTimeout", Number, "Most seconds for a slice.", 1, 30 * 86400),
        new("supervisor.sandbox.progressThrottle", Number, "Seconds between two progress reports that are passed on.", 0, 60),
        new("supervisor.sandbox.maxSandboxUse", WholeNumber, "Slices until a sandbox is replaced.", 1, 1000000),
        // the network's own names, in the units that they have there
        new("supervisor.sandbox.generalTimeoutMs", Number, "Unit of the time-outs of short requests to a sandbox, in milliseconds.", 0, 3600_000),
        new("supervisor.sandbox.sandboxCreationTimeoutMs", Number, "creationTimeout in milliseconds.", 0, 3600_000),
        new("supervisor.sandbox.progressTimeoutMs", Number, "progressTimeout in milliseconds.", 0, 86400_000),
        new("supervisor.sandbox.sliceTimeoutMs", Number, "sliceTimeout in milliseconds.", 0, 30 * 86400_000d),
        new("supervisor.sandbox.consecutiveAssignFailureLimit", WholeNumber, "Failures to set a job up after which it is no longer served.", 1, 1000),
        new("supervisor.tuning.watchdogInterval", Number, "worker.watchdogInterval, under the network's name.", 0.1, 3600),
        new("supervisor.tuning.maxSandboxSliceRetries", WholeNumber, "How often a result that the scheduler refuses is offered again.", 0, 1000),
        new("supervisor.tuning.maxProportionOfLongJobs", Number, "Share of the cores that long slices may take while short ones wait.", 0, 1),
        new("supervisor.tuning.artifactResolutionTimeoutMs", Number, "Most milliseconds to fetch the parts of a job.", 0, 86400_000),
        new("logging", Structure, "Where the log goes: each member is a sink with its level."),
    ];

    /// <summary>The objects that the keys are in: <c>worker</c>, <c>worker.utilization</c>…</summary>
    internal static IReadOnlyList<string> Sections { get; } =
        [.. All.SelectMany(k => Enumerable.Range(1, k.Path.Count(c => c == '.')).Select(n => string.Join('.', k.Path.Split('.').Take(n)))).Distinct()];

    /// <summary>Keys of the network's own worker under the sections we look at: known, and without effect here.</summary>
    internal static IReadOnlyList<string> WithoutEffect { get; } =
    [
        "worker.utilization.gpu", "worker.cores.gpu", "worker.bannedGPUs", "worker.unmanaged", "worker.evaluator", "worker.warningTimeout",
        "worker.cleanupTimeout", "worker.updateEarningsMinFrequency", "worker.claimedEarnings", "worker.publicGroupFallback",
        "worker.reportInterval", "worker.allowConsoleAccess",
        "evaluator.libDir", "inetDaemon.standaloneWorker",
    ];

    /// <summary>The sections that are ours to the last key.</summary>
    internal static IReadOnlyList<string> OwnSections { get; } = ["worker", "inetDaemon", "evaluator"];
}
