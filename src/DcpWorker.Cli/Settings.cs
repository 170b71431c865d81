using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Cli;

/// <summary>What the configuration files and the environment say; the command line goes over it.</summary>
internal static class Settings
{
    /// <summary>The configuration of this machine and user. Its warnings go to stderr.</summary>
    public static async Task<ConfigurationTree> ReadAsync(CancellationToken ct)
    {
        ConfigurationTree tree = await ConfigurationReader.ReadAsync(ConfigurationSources.FromProcess(), EvaluatorCommand.Locate().Program, ct);
        foreach (string warning in tree.Warnings)
        {
            Console.Error.WriteLine($"dcp-worker: warning: {Printable.Line(warning)}");
        }

        return tree;
    }

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
