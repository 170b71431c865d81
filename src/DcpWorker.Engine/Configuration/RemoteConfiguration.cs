using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>The configuration of this host with that of its scheduler merged beneath, for every program alike.</summary>
public static class RemoteConfiguration
{
    // the names that configurations have for this host and for what runs on it, those of 2020 too
    private static readonly string[] Forbidden = ["system", "bundle", "worker", "evaluator", "standaloneWorker", "inetDaemon", "logging"];

    // more would delay a start whose scheduler does not answer
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The configuration with the scheduler's own merged beneath, read again with that; the tree as it is when there is
    /// nothing of the kind to ask (scheduler.configLocation is null).
    /// </summary>
    /// <param name="tree">What <paramref name="sources"/> gave.</param>
    /// <param name="scheduler">The scheduler's location.</param>
    /// <param name="sources">What is read again.</param>
    /// <param name="evaluatorPath">The evaluator that reads it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SchedulerUnreachableException">The scheduler does not answer.</exception>
    /// <exception cref="SchedulerConfigurationException">What it answers is no configuration.</exception>
    public static async Task<ConfigurationTree> MergeAsync(
        ConfigurationTree tree, Uri scheduler, ConfigurationSources sources, string evaluatorPath, CancellationToken ct) =>
        await FetchAsync(tree, scheduler, ct).ConfigureAwait(false) is { } remote
            ? await MergeAsync(remote, sources, evaluatorPath, ct).ConfigureAwait(false)
            : tree;

    /// <summary>
    /// As <see cref="MergeAsync(ConfigurationTree, Uri, ConfigurationSources, string, CancellationToken)"/>, for a worker that
    /// starts: only when the scheduler sets something that a worker looks at is the configuration read again, and a scheduler
    /// that does not answer is left to the worker, which tries until it does.
    /// </summary>
    /// <param name="tree">What <paramref name="sources"/> gave.</param>
    /// <param name="scheduler">The scheduler's location.</param>
    /// <param name="sources">What is read again.</param>
    /// <param name="evaluatorPath">The evaluator that reads it.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<ConfigurationTree> MergeTuningAsync(
        ConfigurationTree tree, Uri scheduler, ConfigurationSources sources, string evaluatorPath, CancellationToken ct)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(StartLimit);
        try
        {
            return await FetchAsync(tree, scheduler, limit.Token).ConfigureAwait(false) is { } remote && remote.Raw["supervisor"] is JsObject
                ? await MergeAsync(remote, sources, evaluatorPath, ct).ConfigureAwait(false)
                : tree;
        }
        catch (Exception e) when (e is SchedulerUnreachableException or SchedulerConfigurationException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // the worker asks the scheduler itself and says what it thinks of the answer
            return tree;
        }
    }

    /// <summary>Whether a section is none of a scheduler's business: it may not say how this host runs a worker, nor where its evaluators are.</summary>
    /// <param name="section">A name at the top of the configuration.</param>
    internal static bool IsForbidden(string section) => Forbidden.Contains(section);

    private static async Task<SchedulerConfiguration?> FetchAsync(ConfigurationTree tree, Uri scheduler, CancellationToken ct)
    {
        NetworkSettings network = NetworkSettings.Read(tree);
        if (!network.AsksScheduler)
        {
            return null;
        }

        using HttpClient http = new();
        return await SchedulerConfiguration.FetchAsync(scheduler, network.ConfigurationLocation, http, ct).ConfigureAwait(false);
    }

    private static Task<ConfigurationTree> MergeAsync(SchedulerConfiguration remote, ConfigurationSources sources, string evaluatorPath, CancellationToken ct) =>
        ConfigurationReader.ReadAsync(sources with { Remote = (remote.Scheduler, remote.Raw) }, evaluatorPath, ct);
}
