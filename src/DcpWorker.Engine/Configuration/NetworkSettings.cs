using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// What this site sets itself of the part of the configuration that otherwise comes from the scheduler: where the scheduler's
/// configuration is, and locations and settings that win over it.
/// </summary>
public sealed record NetworkSettings
{
    // what a scheduler is asked for at the start of a program; the rest is read from the files alone
    private static readonly string[] Sections = ["scheduler", "packageManager", "bank", "dcp"];

    /// <summary>Everything comes from the scheduler.</summary>
    public static NetworkSettings None { get; } = new();

    /// <summary>Where the scheduler's configuration is; null: at the usual place below the scheduler's location.</summary>
    public Uri? ConfigurationLocation { get; init; }

    /// <summary>Whether the scheduler is asked at all; when not, <see cref="Values"/> must hold the location of every service.</summary>
    public bool AsksScheduler { get; init; } = true;

    /// <summary>Path (<c>scheduler.services.eventRouter.location</c>) and value of what the site sets.</summary>
    public IReadOnlyDictionary<string, JsValue> Values { get; init; } = new Dictionary<string, JsValue>(StringComparer.Ordinal);

    /// <summary>What the files, variables and options of this host say; the shipped defaults yield to the scheduler.</summary>
    public static NetworkSettings Read(ConfigurationTree tree)
    {
        JsValue source = tree.Get("scheduler.configLocation");
        return new NetworkSettings
        {
            ConfigurationLocation = Uri.TryCreate((source as JsUrl)?.Href ?? source.AsString(), UriKind.Absolute, out Uri? location) ? location : null,
            AsksScheduler = source is not (JsNull or JsBoolean { Value: false }),
            Values = tree.Keys()
                .Where(key => Sections.Contains(key.Split('.')[0]) && key is not ("scheduler.location" or "scheduler.configLocation"))
                .Where(key => tree.OriginOf(key) is { IsDefault: false, Kind: not ConfigurationOriginKind.Remote })
                .ToDictionary(key => key, tree.Get, StringComparer.Ordinal),
        };
    }
}
