using System.CommandLine;
using DcpWorker.Engine.Configuration;

namespace DcpWorker.Cli.Configuration;

/// <summary><c>dcp-worker config get</c>, also installed as <c>get-config-value</c>: what the configuration says.</summary>
internal static class ConfigGetCommand
{
    /// <summary>The name of 2020.</summary>
    public const string Alias = "get-config-value";

    private static readonly Argument<string[]> Keys = new("KEY")
    {
        Description = "Dotted path, such as scheduler.location.href.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> All = new("--all") { Description = "The whole configuration." };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object with all the keys asked for; URLs as text, null for unknown." };
    private static readonly Option<bool> Origins = new("--origins") { Description = "Say of each value where it was set." };
    private static readonly Option<bool> ShowFiles = new("--show-files", "--showfiles") { Description = "List the files that were read, weakest first." };
    private static readonly Option<bool> Names = new("--keys") { Description = "The names of the members instead of their values; with --all every key there is." };
    private static readonly Option<bool> Strict = new("--strict") { Description = "An unknown key is an error." };
    private static readonly Option<bool> Remote = new("--remote") { Description = "Ask the scheduler for its configuration too, and merge it beneath." };
    private static readonly Option<string?> Root = ConfigCommand.RootOption();

    public static Command Create() => With(new Command("get", "Prints values of the configuration as JSON.")).Runs(RunAsync);

    /// <summary>The program of 2020: without arguments it explains itself, and what it does not know it passes over.</summary>
    public static Command CreateAlias()
    {
        Command command = With(new Command(Alias, "Prints values of the configuration as JSON.") { TreatUnmatchedTokensAsErrors = false });
        return command.Runs(parsed => AsksForNothing(parsed) ? Task.FromResult(Explain()) : RunAsync(parsed));
    }

    private static Command With(Command command)
    {
        command.Add(Keys);
        foreach (Option option in (Option[])[All, Json, Origins, ShowFiles, Names, Strict, Remote, Root])
        {
            command.Add(option);
        }

        return command;
    }

    private static bool AsksForNothing(ParseResult parsed) => KeysOf(parsed).Length == 0 && !parsed.GetValue(All) && !parsed.GetValue(ShowFiles);

    // the alias takes unknown options for keys otherwise
    private static string[] KeysOf(ParseResult parsed) => [.. (parsed.GetValue(Keys) ?? []).Where(k => !k.StartsWith("--", StringComparison.Ordinal))];

    private static int Explain()
    {
        Console.WriteLine(
            """

            get-config-value - Prints values of the configuration as JSON.

            Usage:   get-config-value [--showfiles] [--keys] <--all | path.to.value [path.to.value...]>
            Example: get-config-value scheduler.location.href
            """);
        return ExitCode.Usage;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (AsksForNothing(parsed))
        {
            throw new UsageException("Name the keys that you want, or --all.");
        }

        string[] keys = KeysOf(parsed);
        using StopSignals signals = new(Console.Error.WriteLine);
        ConfigurationTree tree = await Settings.ReadAsync(parsed.GetValue(Root), signals.Soft);
        if (parsed.GetValue(Remote))
        {
            tree = await Settings.WithRemoteAsync(tree, parsed.GetValue(Root), signals.Soft);
        }

        if (parsed.GetValue(Strict))
        {
            foreach (string key in keys)
            {
                Require(tree, key);
            }
        }

        ConfigurationOutput output = new(tree, Console.Out) { WithOrigins = parsed.GetValue(Origins), NamesOnly = parsed.GetValue(Names) };
        if (parsed.GetValue(Json))
        {
            output.WriteJson(parsed.GetValue(All) ? [.. tree.Keys()] : keys, parsed.GetValue(ShowFiles));
            return ExitCode.Done;
        }

        if (parsed.GetValue(ShowFiles))
        {
            output.WriteFiles();
        }

        if (parsed.GetValue(All))
        {
            output.WriteAll();
        }

        foreach (string key in keys)
        {
            output.WriteKey(key);
        }

        return ExitCode.Done;
    }

    private static void Require(ConfigurationTree tree, string key)
    {
        if (!tree.TryGet(key, out _))
        {
            string nearest = tree.Nearest(key) is { Count: > 0 } names ? $" The nearest are {string.Join(", ", names)}." : "";
            throw new UsageException($"There is no key {key} in the configuration.{nearest}");
        }
    }
}
