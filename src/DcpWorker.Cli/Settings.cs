using DcpWorker.Cli.Output;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli;

/// <summary>What the configuration files and the environment say; the command line goes over it.</summary>
internal static class Settings
{
    // more would delay a start whose scheduler does not answer
    private static readonly TimeSpan RemoteLimit = TimeSpan.FromSeconds(5);

    /// <summary>The configuration of this machine and user. Its warnings go to stderr.</summary>
    /// <param name="root">Folder of the site's files; null: the usual one.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<ConfigurationTree> ReadAsync(string? root, CancellationToken ct)
    {
        ConfigurationTree tree = await ConfigurationReader.ReadAsync(Sources(root), EvaluatorCommand.Locate().Program, ct);
        Warn(tree);
        return tree;
    }

    /// <summary>What this process reads.</summary>
    public static ConfigurationSources Sources(string? root) => root is null || Directory.Exists(root)
        ? ConfigurationSources.FromProcess() with { ConfigRoot = root is null ? null : Path.GetFullPath(root) }
        : throw new UsageException($"There is no folder '{root}' to read a configuration from.");

    /// <summary>
    /// The configuration with the scheduler's own merged beneath, read again with that; the tree as it is when there is
    /// nothing of the kind to ask (scheduler.configLocation is null).
    /// </summary>
    /// <exception cref="SchedulerUnreachableException">The scheduler does not answer.</exception>
    public static async Task<ConfigurationTree> WithRemoteAsync(ConfigurationTree tree, string? root, CancellationToken ct) =>
        await FetchAsync(tree, Scheduler(null, tree), ct) is { } remote ? await MergeAsync(remote, root, ct) : tree;

    /// <summary>
    /// As <see cref="WithRemoteAsync"/>, for a program that starts: only when the scheduler sets something that a worker
    /// looks at is the configuration read again, and a scheduler that does not answer is left to the worker, which tries
    /// until it does.
    /// </summary>
    public static async Task<ConfigurationTree> WithTuningAsync(ConfigurationTree tree, Uri scheduler, string? root, CancellationToken ct)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(RemoteLimit);
        try
        {
            return await FetchAsync(tree, scheduler, limit.Token) is { } remote && remote.Raw["supervisor"] is JsObject
                ? await MergeAsync(remote, root, ct)
                : tree;
        }
        catch (Exception e) when (e is SchedulerUnreachableException or SchedulerConfigurationException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // the worker asks the scheduler itself and says what it thinks of the answer
            return tree;
        }
    }

    /// <summary>Prints the warnings of a configuration.</summary>
    public static void Warn(ConfigurationTree tree)
    {
        foreach (string warning in tree.Warnings)
        {
            Stderr.Write(LogLevel.Warning, $"dcp-worker: warning: {Printable.Line(warning)}");
        }
    }

    private static async Task<SchedulerConfiguration?> FetchAsync(ConfigurationTree tree, Uri scheduler, CancellationToken ct)
    {
        NetworkSettings network = NetworkSettings.Read(tree);
        if (!network.AsksScheduler)
        {
            return null;
        }

        using HttpClient http = new();
        return await SchedulerConfiguration.FetchAsync(scheduler, network.ConfigurationLocation, http, ct);
    }

    private static Task<ConfigurationTree> MergeAsync(SchedulerConfiguration remote, string? root, CancellationToken ct) =>
        ConfigurationReader.ReadAsync(Sources(root) with { Remote = (remote.Scheduler, remote.Raw) }, EvaluatorCommand.Locate().Program, ct);

    /// <summary>The scheduler's location: the option, else the configuration's.</summary>
    public static Uri Scheduler(string? option, ConfigurationTree tree)
    {
        string? text = option ?? tree.Get("scheduler.location").ToString();
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"'{text}' is no location of a scheduler: give a URL such as https://scheduler.distributed.computer/.");
    }

    /// <summary>Where this user's keystores and what must survive a restart are: as for every DCP program.</summary>
    public static string ResourceDirectory() => ConfigurationSources.FromProcess().ResourceDirectory;
}
