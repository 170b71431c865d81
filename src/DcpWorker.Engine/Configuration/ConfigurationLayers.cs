using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Collects the layers of a configuration, weakest first: built-in defaults, the shipped default file, the scheduler's
/// own configuration, then the network form's files in the order of dcp-client 5.6.1, with the site file before the
/// environment.
/// </summary>
internal static class ConfigurationLayers
{
    private static readonly (string Variable, string Path)[] Locations =
    [
        ("DCP_SCHEDULER_LOCATION", "scheduler.location"),
        ("DCP_CONFIG_LOCATION", "scheduler.configLocation"),
        ("DCP_BUNDLE_LOCATION", "bundle.location"),
    ];

    /// <summary>Reads the files and gives the layers.</summary>
    /// <exception cref="ConfigurationException">A file that cannot be read or must not be trusted.</exception>
    public static List<ConfigurationLayer> Collect(ConfigurationSources sources)
    {
        // who names a folder that is not there does not mean the defaults; a variable may name one that is made when it is needed
        if (sources.ConfigRoot is { } named && !Directory.Exists(named))
        {
            throw new ConfigurationException($"There is no folder {named} to read a configuration from, or it may not be entered. Make it, or name another.");
        }

        string dcp = Path.Combine(sources.EtcDirectory, "dcp");
        List<ConfigurationLayer> layers = [];
        AddDefaults(layers, sources);
        if (sources.Remote is { } remote)
        {
            layers.Add(Remote(remote.Location, remote.Value));
        }

        AddEnvironment(layers, sources);
        AddNamed(layers, sources, dcp);
        AddRegistry(layers, RegistryConfiguration.Machine, @"dcp\dcp-config");
        AddNamed(layers, sources, sources.ResourceDirectory);
        AddRegistry(layers, RegistryConfiguration.User, @"dcp\dcp-config");
        AddNamed(layers, sources, Path.Combine(sources.ResourceDirectory, sources.ProgramName));
        AddRegistry(layers, RegistryConfiguration.User, $@"{sources.ProgramName}\dcp-config");
        AddSite(layers, sources);
        AddEnvironment(layers, sources);
        layers.AddRange(sources.Options.Select(o => new ConfigurationLayer(ConfigurationLayerKind.Set, new ConfigurationOrigin(ConfigurationOriginKind.Option, o.Option))
        {
            Path = o.Path,
            Value = o.Value,
        }));
        AddNamed(layers, sources, Path.Combine(dcp, sources.ProgramName));
        AddRegistry(layers, RegistryConfiguration.Machine, $@"{sources.ProgramName}\dcp-config");
        AddNamed(layers, sources, dcp, "override-dcp-config");
        AddRegistry(layers, RegistryConfiguration.Machine, @"dcp\override-dcp-config");
        return layers;
    }

    // the shipped file first, so that one of an older installation lacks nothing
    private static void AddDefaults(List<ConfigurationLayer> layers, ConfigurationSources sources)
    {
        if (!AddFile(layers, sources, sources.ShippedDefaultFile, ConfigurationOriginKind.BuiltIn))
        {
            throw new ConfigurationException($"{sources.ShippedDefaultFile} is missing, which is shipped with this program. Install it again.");
        }

        if (sources.DefaultFile != sources.ShippedDefaultFile)
        {
            AddFile(layers, sources, sources.DefaultFile, ConfigurationOriginKind.DefaultFile);
        }
    }

    private static ConfigurationLayer Remote(Uri location, JsObject value)
    {
        JsObject allowed = [];
        foreach ((string name, JsValue member) in value)
        {
            if (!RemoteConfiguration.IsForbidden(name))
            {
                allowed[name] = member;
            }
        }

        return new ConfigurationLayer(ConfigurationLayerKind.Value, new ConfigurationOrigin(ConfigurationOriginKind.Remote, location.AbsoluteUri)) { Value = allowed };
    }

    // twice: weak, so that files can see it, and again over the files of the user
    private static void AddEnvironment(List<ConfigurationLayer> layers, ConfigurationSources sources)
    {
        foreach ((string variable, string value) in sources.Environment)
        {
            if (variable.StartsWith("DCP_CONFIG_", StringComparison.Ordinal) && value.StartsWith('{'))
            {
                layers.Add(new ConfigurationLayer(ConfigurationLayerKind.Environment, new ConfigurationOrigin(ConfigurationOriginKind.Environment, variable)));
            }
        }

        foreach ((string variable, string path) in Locations)
        {
            // empty means "none" for what can be done without; nobody can mean that of the scheduler
            if (sources.Environment.TryGetValue(variable, out string? value) && (value.Length > 0 || path != "scheduler.location"))
            {
                layers.Add(new ConfigurationLayer(ConfigurationLayerKind.Set, new ConfigurationOrigin(ConfigurationOriginKind.Environment, variable))
                {
                    Path = path,
                    Value = value.Length == 0 ? JsValue.Null : new JsUrl(value),
                });
            }
        }
    }

    private static void AddSite(List<ConfigurationLayer> layers, ConfigurationSources sources)
    {
        bool exists = AddFile(layers, sources, sources.SiteFile, ConfigurationOriginKind.File);
        if (sources.SiteText is { } proof)
        {
            if (exists)
            {
                layers.RemoveAt(layers.Count - 1);
            }

            ConfigurationOrigin origin = new(ConfigurationOriginKind.File, sources.SiteFile);
            layers.Add(ConfigurationLayer.FromFile(ConfigurationLayerKind.Fragment, origin, proof.Text) with { Proof = proof });
        }
    }

    private static void AddNamed(List<ConfigurationLayer> layers, ConfigurationSources sources, string folder, string name = "dcp-config")
    {
        string root = sources.Variable("DCP_CLIENT_FILESYSTEM_ROOT") ?? "";
        foreach (string extension in (string[])[".json", ".kvin", ".js"])
        {
            // the first that exists is the one that counts
            if (AddFile(layers, sources, root + Path.Combine(folder, name + extension), ConfigurationOriginKind.File))
            {
                return;
            }
        }
    }

    private static bool AddFile(List<ConfigurationLayer> layers, ConfigurationSources sources, string path, ConfigurationOriginKind kind)
    {
        ConfigurationOrigin origin = new(kind, path);
        try
        {
            if (!File.Exists(path))
            {
                if (path == sources.SiteFile || path == sources.DefaultFile)
                {
                    RequireAbsence(path);
                }

                return false;
            }

            if (sources.Variable(ConfigurationFileGuard.OverrideVariable) is null && kind != ConfigurationOriginKind.BuiltIn)
            {
                ConfigurationFileGuard.Check(Path.GetFullPath(path));
            }

            string text = File.ReadAllText(path);
            layers.Add(Path.GetExtension(path) switch
            {
                ".json" => ConfigurationLayer.FromFile(ConfigurationLayerKind.Json, origin, text),
                ".kvin" => new ConfigurationLayer(ConfigurationLayerKind.Value, origin) { Value = KvinReader.Deserialize(text) },
                _ => ConfigurationLayer.FromFile(ConfigurationLayerKind.Fragment, origin, text),
            });
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SerializationException)
        {
            throw new ConfigurationException($"cannot be read: {e.Message}", origin, e);
        }
    }

    // a folder that may not be entered looks as if it were empty
    private static void RequireAbsence(string path)
    {
        try
        {
            File.GetAttributes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // so it is
        }
    }

    private static void AddRegistry(List<ConfigurationLayer> layers, RegistryConfiguration hive, string key)
    {
        if (OperatingSystem.IsWindows() && hive.Read(key) is { } value)
        {
            layers.Add(new ConfigurationLayer(ConfigurationLayerKind.Value, new ConfigurationOrigin(ConfigurationOriginKind.Registry, $@"{hive.Name}\{key}")) { Value = value });
        }
    }
}
