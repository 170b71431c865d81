using System.CommandLine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Configuration;

/// <summary><c>dcp-worker config set</c>: changes one value of the site's file, and nothing else in it.</summary>
internal static class ConfigSetCommand
{
    private static readonly Argument<string> Key = new("KEY") { Description = "Dotted path, such as worker.maxSandboxes." };
    private static readonly Argument<string> Value = new("VALUE")
    {
        Description = "JSON, url('…') or text. undefined puts a key back to what the program does by itself.",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print the file as it would be, and change nothing." };
    private static readonly Option<string?> Root = ConfigCommand.RootOption();

    public static Command Create() => new Command("set", "Sets a value in dcp-site-config.js; comments and all the rest of it stay as they are.")
    {
        Key, Value, DryRun, Root,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string key = parsed.GetRequiredValue(Key);
        using StopSignals signals = new(Console.Error.WriteLine);
        ConfigurationSources sources = Settings.Sources(parsed.GetValue(Root));
        string evaluator = EvaluatorCommand.Locate().Program;

        JsValue value = ConfigurationArgument.Parse(parsed.GetRequiredValue(Value), key, await ReadAsync(sources, evaluator, signals.Soft));
        SiteConfigurationChange change = await SiteConfigurationChange.ProveAsync(sources, Target(sources), key, value, evaluator, signals.Soft);
        Settings.Warn(change.Tree);
        if (parsed.GetValue(DryRun))
        {
            Console.Write(change.Text);
            return ExitCode.Done;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(change.File)!);
        change.Write();
        ConfigurationOrigin? origin = change.Tree.OriginOf(key);
        if (origin?.Name != sources.SiteFile)
        {
            Console.Error.WriteLine($"dcp-worker: warning: {change.File} is changed, but {origin} is stronger and still sets {key}.");
        }

        return ExitCode.Done;
    }

    // what cannot be read may be what is to be mended
    private static async Task<ConfigurationTree?> ReadAsync(ConfigurationSources sources, string evaluator, CancellationToken ct)
    {
        try
        {
            return await ConfigurationReader.ReadAsync(sources, evaluator, ct);
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    // a link stays a link: what it points to is written, unless that is the file nobody edits
    private static string Target(ConfigurationSources sources)
    {
        FileInfo site = new(sources.SiteFile);
        string file = site.LinkTarget is null ? site.FullName : site.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? site.FullName;
        return Path.GetFileName(file) == Path.GetFileName(sources.DefaultFile)
            ? throw new UsageException($"{sources.SiteFile} leads to {file}, which is replaced on update and never edited. Make a file of its own of it.")
            : file;
    }
}
