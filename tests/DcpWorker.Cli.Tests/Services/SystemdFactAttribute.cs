namespace DcpWorker.Cli.Tests.Services;

/// <summary>A test that needs systemd's tools, not systemd itself.</summary>
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute() => Skip = SystemdTools.Missing;
}

/// <inheritdoc cref="SystemdFactAttribute"/>
internal sealed class SystemdTheoryAttribute : TheoryAttribute
{
    public SystemdTheoryAttribute() => Skip = SystemdTools.Missing;
}

/// <summary>Whether systemd's tools are here.</summary>
internal static class SystemdTools
{
    public static string? Missing { get; } = new[] { "systemd-analyze", "systemd-socket-activate", "systemctl" }.FirstOrDefault(tool => !File.Exists($"/usr/bin/{tool}")) is { } missing
        ? $"There is no {missing} on this machine (package systemd)."
        : null;
}
