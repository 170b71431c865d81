using VersionRange = DcpWorker.Engine.Sandboxes.VersionRange;

namespace DcpScheduler.Domain;

/// <summary>A kind of sandbox environment: as a worker offers it (exact version), or as a job asks for it (version range).</summary>
internal sealed record Worktime(string Name, string Version)
{
    /// <summary>What jobs get when they do not choose.</summary>
    public static Worktime Default { get; } = new("map-basic", "^1.0.0");

    /// <summary>Whether a worker's worktime serves a job that asks for this one.</summary>
    public bool IsServedBy(Worktime offered) => Name == offered.Name && VersionRange.Contains(Version, offered.Version);
}
