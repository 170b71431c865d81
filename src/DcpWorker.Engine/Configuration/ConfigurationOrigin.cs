using System.Globalization;

namespace DcpWorker.Engine.Configuration;

/// <summary>What kind of place a value came from, weakest first.</summary>
public enum ConfigurationOriginKind
{
    /// <summary>Built into the program.</summary>
    BuiltIn,

    /// <summary>The default file that is shipped with the program.</summary>
    DefaultFile,

    /// <summary>The scheduler's own configuration.</summary>
    Remote,

    /// <summary>A configuration file of this host or user.</summary>
    File,

    /// <summary>A key of the Windows registry.</summary>
    Registry,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>An option of the command line or a cmdlet's parameter.</summary>
    Option,
}

/// <summary>
/// Where a value came from: the name is a file's path, a variable's, a registry key's, an option's or a URL, by
/// <paramref name="Kind"/>; <paramref name="Line"/> counts from 1 and is known for files only.
/// </summary>
public sealed record ConfigurationOrigin(ConfigurationOriginKind Kind, string Name, int? Line = null)
{
    /// <summary>Whether nobody on this host has set the value.</summary>
    public bool IsDefault => Kind is ConfigurationOriginKind.BuiltIn or ConfigurationOriginKind.DefaultFile;

    /// <summary><c>FILE:LINE</c>, or the name alone.</summary>
    public override string ToString() => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{line}") : Name;
}
