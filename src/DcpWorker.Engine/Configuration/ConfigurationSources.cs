using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>Everything that a configuration is read from. Immutable; <see cref="FromProcess"/> gives this process's own.</summary>
public sealed record ConfigurationSources
{
    /// <summary>Names the folder that holds dcp-default-config.js and dcp-site-config.js.</summary>
    public const string RootVariable = "DCP_CONFIG_ROOT";

    /// <summary>The environment variables; names are case-sensitive.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The program's name, as in <c>etc/dcp/PROGRAM/dcp-config.js</c>.</summary>
    public string ProgramName { get; init; } = "dcp-worker";

    /// <summary>The folder of the site form (<c>dcp-default-config.js</c>, <c>dcp-site-config.js</c>); null = the default one.</summary>
    public string? ConfigRoot { get; init; }

    /// <summary>Values of command-line options or parameters by dotted path, the strongest ordinary layer.</summary>
    public IReadOnlyList<(string Path, JsValue Value, string Option)> Options { get; init; } = [];

    /// <summary>The scheduler's configuration, once fetched, and where it came from.</summary>
    public (Uri Location, JsObject Value)? Remote { get; init; }

    /// <summary>How much processor time the fragments may take together; by the clock 15 times as much, since workers keep machines busy.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A text that stands in for what the site file holds, to be proved; null: the file is read.</summary>
    internal SiteTextProof? SiteText { get; init; }

    /// <summary>The V8 heap that the fragments may use, in MiB.</summary>
    public int MaxHeapMegabytes { get; init; } = 64;

    /// <summary>The sources of this process.</summary>
    public static ConfigurationSources FromProcess() => new()
    {
        Environment = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
    };

    /// <summary>The system's folder of the network form: <c>DCP_ETCDIR</c>, else %ALLUSERSPROFILE% on Windows, else /etc.</summary>
    public string EtcDirectory => Variable("DCP_ETCDIR") ?? (OperatingSystem.IsWindows() ? Variable("ALLUSERSPROFILE") : null) ?? "/etc";

    /// <summary>The user's folder: <c>DCP_RESOURCE_DIR</c>, else <c>$XDG_DATA_HOME/dcp</c>, else <c>~/.dcp</c>.</summary>
    public string ResourceDirectory => Variable("DCP_RESOURCE_DIR")
        ?? (Variable("XDG_DATA_HOME") is { } data ? Path.Combine(data, "dcp") : null)
        ?? Path.Combine(Variable("HOME") ?? System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".dcp");

    /// <summary>The folder of the site form in force.</summary>
    public string SiteDirectory => ConfigRoot ?? Variable(RootVariable)
        ?? (OperatingSystem.IsWindows()
            ? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.CommonApplicationData), "dcp", "etc")
            : "/opt/dcp/etc");

    /// <summary>The file that <c>Set-DcpConfigValue</c> writes.</summary>
    public string SiteFile => Path.Combine(SiteDirectory, "dcp-site-config.js");

    /// <summary>The default file of this very version of the program.</summary>
    public string ShippedDefaultFile { get; init; } = Path.Combine(EngineFiles.Folder, "etc", "dcp-default-config.js");

    /// <summary>The default file of the site: never edited, replaced on update.</summary>
    public string DefaultFile => Path.Combine(SiteDirectory, "dcp-default-config.js");

    /// <summary>A variable that is set and not empty, else null.</summary>
    internal string? Variable(string name) => Environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}
