using System.Management.Automation;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets;

/// <summary>The configuration in force, read as every program reads it.</summary>
internal static class ConfigurationAccess
{
    // Deep enough for every configuration, so that objects in a value are still objects after remoting.
    private const int SerializationDepth = 10;

    /// <summary>Where the configuration of this process comes from.</summary>
    /// <param name="configRoot">Full path of the folder of the site form, or null for the usual one.</param>
    public static ConfigurationSources Sources(string? configRoot)
    {
        ConfigurationSources sources = ConfigurationSources.FromProcess();
        return configRoot is null ? sources : sources with { ConfigRoot = configRoot };
    }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ConfigurationException">A file that cannot be used.</exception>
    public static Task<ConfigurationTree> ReadAsync(ConfigurationSources sources, CancellationToken cancellationToken) =>
        ConfigurationReader.ReadAsync(sources, EvaluatorProgram.Locate(path: null).Program, cancellationToken);

    /// <summary>Reads the configuration for a worker that starts: with the tuning that its scheduler wants, if that answers.</summary>
    /// <param name="scheduler">The scheduler; null: the configuration's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConfigurationException">A file that cannot be used.</exception>
    public static async Task<ConfigurationTree> ReadForWorkerAsync(Uri? scheduler, CancellationToken cancellationToken)
    {
        ConfigurationSources sources = Sources(configRoot: null);
        ConfigurationTree tree = await ReadAsync(sources, cancellationToken).ConfigureAwait(false);
        Uri? location = scheduler ?? (Uri.TryCreate(tree.Get("scheduler.location").ToString(), UriKind.Absolute, out Uri? configured) ? configured : null);
        // Without a location the worker's own options say what is wrong.
        return location is null ? tree
            : await RemoteConfiguration.MergeTuningAsync(tree, location, sources, EvaluatorProgram.Locate(path: null).Program, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The paths that <paramref name="key"/> stands for: every one that a wildcard matches; else the one of that name, in any
    /// letter case when that is unambiguous. Null when it is the name of none.
    /// </summary>
    public static IReadOnlyList<string>? Find(ConfigurationTree tree, string key)
    {
        if (WildcardPattern.ContainsWildcardCharacters(key))
        {
            WildcardPattern pattern = WildcardPattern.Get(key, WildcardOptions.IgnoreCase);
            return [.. tree.Keys().Where(pattern.IsMatch)];
        }

        if (tree.TryGet(key, out _))
        {
            return [key];
        }

        string[] alike = [.. tree.AllPaths().Where(p => p.Equals(key, StringComparison.OrdinalIgnoreCase)).Take(2)];
        return alike.Length == 1 ? alike : null;
    }

    /// <summary>The value at a path as an object of the pipeline.</summary>
    public static PSObject Describe(ConfigurationTree tree, string path)
    {
        JsValue value = tree.Get(path);
        ConfigurationOrigin? origin = tree.OriginOf(path);
        PSObject described = PSObject.AsPSObject(new ConfigValue(
            path, PowerShellValue.From(tree, path), PowerShellValue.TypeName(value), origin?.Name, origin?.Line, origin?.IsDefault ?? true));
        described.Members.Add(new PSMemberSet("PSStandardMembers", [new PSNoteProperty("SerializationDepth", SerializationDepth)]));
        return described;
    }

    /// <summary>The value at a path (the whole tree, if empty) as JSON, secrets masked; what is undefined is null there.</summary>
    public static string Json(ConfigurationTree tree, string path)
    {
        JsValue data = path.Length == 0 ? ConfigurationText.ToData(tree.Root, "", urlsAsText: true) : ConfigurationText.ToData(tree, path, urlsAsText: true);
        return ConfigurationText.ToJson(data is JsUndefined ? JsValue.Null : data, indented: true);
    }

    /// <summary>The failure to find a key, with what may have been meant.</summary>
    public static CmdletException NotFound(string key, IReadOnlyList<string> nearest) => new(
        "ConfigKeyNotFound",
        ErrorCategory.ObjectNotFound,
        $"There is no key '{OneLine.Of(key)}' in the configuration. "
            + (nearest.Count > 0 ? $"Is {string.Join(" or ", nearest)} meant?" : "Get-DcpConfigValue -All shows every key."),
        key);
}
