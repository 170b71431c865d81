using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.PauseRules;

namespace DcpWorker.Engine.Configuration;

/// <summary>The worker's part of a configuration, typed.</summary>
public static class WorkerConfiguration
{
    private const string SchedulerSymbol = "scheduler.location";

    /// <summary>
    /// The options that <paramref name="tree"/> describes.
    /// </summary>
    /// <param name="tree">A configuration; it is validated here.</param>
    /// <param name="payTo">Account that earns when the configuration names none: that of the keystore the worker is started with.</param>
    /// <param name="resourceDirectory">Folder for what must survive a restart.</param>
    /// <exception cref="ConfigurationException">A value of the wrong type or range, or no account to pay to.</exception>
    public static WorkerOptions Read(ConfigurationTree tree, Address? payTo, string resourceDirectory)
    {
        ConfigurationCheck.Validate(tree);
        ConfigurationValues values = new(tree);
        Address account = values.Address("worker.paymentAddress") ?? payTo
            ?? throw new ConfigurationException("There is no account to pay to. Set worker.paymentAddress, or start the worker with a keystore or an address.");
        WorkerOptions defaults = new()
        {
            Scheduler = values.Uri("scheduler.location") ?? throw new ConfigurationException("scheduler.location is not set: there is nowhere to take work from."),
            Network = NetworkSettings.Read(tree),
            Evaluator = Location(tree),
            PaymentAddress = account,
            ResourceDirectory = resourceDirectory,
        };
        return defaults with
        {
            Sandboxes = Sandboxes(values) ?? defaults.Sandboxes,
            CpuUtilization = values.Number("worker.utilization.cpu") ?? defaults.CpuUtilization,
            ComputeGroups = ReadComputeGroups(tree),
            LeaveGlobalGroup = values.Flag("worker.leavePublicGroup") == true || values.Flag("worker.leaveGlobalGroup") == true,
            JobIds = [.. values.Texts("worker.jobIds").Concat(values.Texts("worker.jobAddresses")).Distinct()],
            MinimumWage = new MinimumWage(
                values.Number("worker.minimumWage.CPU") ?? 0,
                values.Number("worker.minimumWage.GPU") ?? 0,
                values.Number("worker.minimumWage.in") ?? 0,
                values.Number("worker.minimumWage.out") ?? 0),
            AllowedOrigins = new AllowedOrigins
            {
                Any = Origins(tree, "any"),
                FetchWorkFunctions = Origins(tree, "fetchWorkFunctions"),
                FetchArguments = Origins(tree, "fetchArguments"),
                FetchData = Origins(tree, "fetchData"),
                SendResults = Origins(tree, "sendResults"),
            },
            ExitWhenIdle = values.Seconds("worker.exitWhenIdle"),
            MaxSlices = values.WholeNumber("worker.maxSlices"),
            PauseWhen = PauseRules(tree),
            PauseRuleMode = ReadPauseMode(tree) ?? defaults.PauseRuleMode,
            TrustScheduler = values.Flag("worker.trustScheduler") != false && values.Flag("worker.trustComputeGroupOrigins") != false,
            SandboxOptions = defaults.SandboxOptions with
            {
                GeneralTimeout = values.Milliseconds("supervisor.sandbox.generalTimeoutMs") ?? defaults.SandboxOptions.GeneralTimeout,
                CreationTimeout = values.Duration("supervisor.sandbox.creationTimeout", "supervisor.sandbox.sandboxCreationTimeoutMs") ?? defaults.SandboxOptions.CreationTimeout,
                AssignTimeout = values.Seconds("supervisor.sandbox.assignTimeout") ?? defaults.SandboxOptions.AssignTimeout,
                ProgressTimeout = values.Duration("supervisor.sandbox.progressTimeout", "supervisor.sandbox.progressTimeoutMs") ?? defaults.SandboxOptions.ProgressTimeout,
                SliceTimeout = values.Duration("supervisor.sandbox.sliceTimeout", "supervisor.sandbox.sliceTimeoutMs") ?? defaults.SandboxOptions.SliceTimeout,
                ProgressThrottle = values.Seconds("supervisor.sandbox.progressThrottle") ?? defaults.SandboxOptions.ProgressThrottle,
            },
            Tuning = defaults.Tuning with
            {
                WatchdogInterval = (values.IsDefault("worker.watchdogInterval") ? values.Seconds("supervisor.tuning.watchdogInterval") : null)
                    ?? values.Seconds("worker.watchdogInterval") ?? defaults.Tuning.WatchdogInterval,
                MaxAssignFailures = values.WholeNumber("supervisor.sandbox.consecutiveAssignFailureLimit") ?? defaults.Tuning.MaxAssignFailures,
                MaxResultRetries = values.WholeNumber("supervisor.tuning.maxSandboxSliceRetries") ?? defaults.Tuning.MaxResultRetries,
                MaxLongSliceShare = values.Number("supervisor.tuning.maxProportionOfLongJobs") ?? defaults.Tuning.MaxLongSliceShare,
                ArtifactTimeout = values.Milliseconds("supervisor.tuning.artifactResolutionTimeoutMs") ?? defaults.Tuning.ArtifactTimeout,
                MaxSandboxUses = values.WholeNumber("supervisor.sandbox.maxSandboxUse") ?? defaults.Tuning.MaxSandboxUses,
            },
        };
    }

    /// <summary>Values with a form of their own, each looked at by itself.</summary>
    internal static IEnumerable<Action<ConfigurationTree>> Details { get; } =
    [
        tree => PauseRules(tree),
        tree => ReadPauseMode(tree),
        tree => Location(tree),
        .. ((string[])["any", "fetchWorkFunctions", "fetchArguments", "fetchData", "sendResults"]).Select(purpose => (Action<ConfigurationTree>)(tree => Origins(tree, purpose))),
    ];

    /// <summary>How many sandboxes the configuration wants at once: <c>maxSandboxes</c>, but no more than <c>cores.cpu</c>; null when it says neither.</summary>
    internal static int? Sandboxes(ConfigurationValues values)
    {
        int? most = values.WholeNumber("worker.maxSandboxes");
        return values.Number("worker.cores.cpu") is { } cores ? Math.Min((int)Math.Ceiling(cores), most ?? int.MaxValue) : most;
    }

    private static List<PauseRule> PauseRules(ConfigurationTree tree)
    {
        try
        {
            return [.. new ConfigurationValues(tree).Texts("worker.pauseWhen").Select(PauseRule.Parse)];
        }
        catch (PauseRuleException e)
        {
            throw new ConfigurationException($"worker.pauseWhen: {e.Message}", tree.OriginOf("worker.pauseWhen"), e);
        }
    }

    private static PauseMode? ReadPauseMode(ConfigurationTree tree) => tree.Get("worker.pauseMode") switch
    {
        { IsNullish: true } => null,
        var given => Enum.GetValues<PauseMode>().Cast<PauseMode?>().FirstOrDefault(m => m.ToString()!.Equals(given.AsString(), StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"worker.pauseMode takes 'suspend', 'finish' or 'stop', not {ConfigurationText.Brief(given)}.", tree.OriginOf("worker.pauseMode")),
    };

    private static EvaluatorLocation Location(ConfigurationTree tree)
    {
        string text = tree.Get("evaluator.location").ToString() ?? "";
        try
        {
            return EvaluatorLocation.Parse(text);
        }
        catch (Exception e) when (e is FormatException or DcpException)
        {
            throw new ConfigurationException($"evaluator.location: {e.Message}", tree.OriginOf("evaluator.location"), e);
        }
    }

    /// <summary>The compute groups that <paramref name="tree"/> describes.</summary>
    /// <exception cref="ConfigurationException">One of them has no join key, or nothing that proves the membership.</exception>
    public static IReadOnlyList<ComputeGroup> ReadComputeGroups(ConfigurationTree tree)
    {
        // an array, or an object whose names are the site's own
        List<ComputeGroup> groups = [];
        JsValue all = tree.Get("worker.computeGroups");
        IEnumerable<(string Path, JsValue Value)> entries = all switch
        {
            JsArray array => array.Items.Select((item, i) => ($"worker.computeGroups.{i}", item ?? JsValue.Undefined)),
            JsObject o => o.Select(m => ($"worker.computeGroups.{m.Key}", m.Value)),
            _ => [],
        };
        foreach ((string path, JsValue value) in entries)
        {
            if (value["joinKey"].AsString() is not { Length: > 0 } key)
            {
                throw new ConfigurationException($"{path} takes {{ joinKey, joinSecret }} or {{ joinKey, joinHash }}; its joinKey is missing.", tree.OriginOf(path));
            }

            string? hash = value["joinHash"].AsString() ?? (value["joinSecret"].AsString() is { } secret ? JoinHash.Compute(key, secret) : null);
            groups.Add(new ComputeGroup(key, hash ?? throw new ConfigurationException($"{path} has neither joinSecret nor joinHash.", tree.OriginOf(path))));
        }

        return groups;
    }

    private static List<Uri> Origins(ConfigurationTree tree, string purpose)
    {
        string path = $"worker.allowOrigins.{purpose}";
        List<Uri> origins = [];
        JsValue all = tree.Get(path);
        if (all.IsNullish)
        {
            return origins;
        }

        foreach (JsValue? item in (all as JsArray ?? throw new ConfigurationException($"{path} takes a list of sites, such as ['https://data.example'].", tree.OriginOf(path))).Items)
        {
            // the network's own default names the scheduler by a symbol; it is always allowed here
            if (item is JsSymbol { Description: SchedulerSymbol })
            {
                continue;
            }

            origins.Add(Uri.TryCreate(item?.ToString(), UriKind.Absolute, out Uri? origin) && origin.Scheme is "http" or "https"
                ? origin!
                : throw new ConfigurationException($"{path}: {ConfigurationText.Brief(item ?? JsValue.Undefined)} is not the URL of a site.", tree.OriginOf(path)));
        }

        return origins;
    }
}
