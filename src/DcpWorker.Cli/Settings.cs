using DcpWorker.Cli.Output;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli;

/// <summary>What the configuration files and the environment say; the command line goes over it.</summary>
internal static class Settings
{
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

    /// <summary>The configuration with the scheduler's own merged beneath.</summary>
    /// <exception cref="SchedulerUnreachableException">The scheduler does not answer.</exception>
    public static Task<ConfigurationTree> WithRemoteAsync(ConfigurationTree tree, string? root, CancellationToken ct) =>
        RemoteConfiguration.MergeAsync(tree, Scheduler(null, tree), Sources(root), EvaluatorCommand.Locate().Program, ct);

    /// <summary>As <see cref="WithRemoteAsync"/>, for a worker that starts: no more is asked for than a worker looks at, and nobody waits long.</summary>
    public static Task<ConfigurationTree> WithTuningAsync(ConfigurationTree tree, Uri scheduler, string? root, CancellationToken ct) =>
        RemoteConfiguration.MergeTuningAsync(tree, scheduler, Sources(root), EvaluatorCommand.Locate().Program, ct);

    /// <summary>Prints the warnings of a configuration.</summary>
    public static void Warn(ConfigurationTree tree)
    {
        foreach (string warning in tree.Warnings)
        {
            Stderr.Write(LogLevel.Warning, $"dcp-worker: warning: {Printable.Line(warning)}");
        }
    }

    /// <summary>The scheduler's location: the option, else the configuration's.</summary>
    public static Uri Scheduler(string? option, ConfigurationTree tree) => Scheduler(option ?? tree.Get("scheduler.location").ToString());

    /// <summary>A scheduler's location, looked over.</summary>
    public static Uri Scheduler(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"'{text}' is no location of a scheduler: give a URL such as https://scheduler.distributed.computer/.");

    /// <summary>Where this user's keystores and what must survive a restart are: as for every DCP program.</summary>
    public static string ResourceDirectory() => ConfigurationSources.FromProcess().ResourceDirectory;
}
