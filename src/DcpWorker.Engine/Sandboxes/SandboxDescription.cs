using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>What a sandbox says of itself when asked to <c>describe</c>.</summary>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Worktimes">The worktimes it offers, with exact versions.</param>
public sealed record SandboxDescription(SandboxCapabilities Capabilities, IReadOnlyList<Worktime> Worktimes)
{
    private const int MostWorktimes = 100;

    /// <summary>The newest offered version of a job's worktime that lies in the job's range, or null when there is none.</summary>
    public Worktime? Resolve(Worktime wanted)
    {
        VersionRange? range = VersionRange.TryParse(wanted.Version);
        return range is null ? null : Worktimes
            .Where(w => w.Name == wanted.Name)
            .Select(w => (Worktime: w, Version: SemanticVersion.TryParse(w.Version)))
            .Where(w => w.Version is not null && range.Contains(w.Version))
            .OrderByDescending(w => w.Version)
            .FirstOrDefault().Worktime;
    }

    internal static SandboxDescription Parse(JsValue answer, KvinVersion version)
    {
        JsValue environment = answer["capabilities"]["environment"];
        SandboxCapabilities capabilities = SandboxCapabilities.V8
            | (environment["webgpu"].IsTruthy ? SandboxCapabilities.WebGpu : 0)
            | (environment["offscreenCanvas"].IsTruthy ? SandboxCapabilities.OffscreenCanvas : 0)
            | (environment["fdlibm"].IsTruthy ? SandboxCapabilities.Fdlibm : 0)
            | (version == KvinVersion.V9 ? SandboxCapabilities.KvinV9 : 0);
        IEnumerable<Worktime> worktimes = answer["worktimes"] is JsArray list
            ? list.Items.Take(MostWorktimes).Select(w => w is null ? null : Read(w)).OfType<Worktime>()
            : [];
        return new SandboxDescription(capabilities, [.. worktimes]);
    }

    private static Worktime? Read(JsValue worktime) =>
        worktime["name"].AsString() is { } name && worktime["version"].AsString() is { } version ? new Worktime(name, version) : null;
}
