namespace DcpWorker.Engine.Tests.Services.Registration;

/// <summary>A test that needs systemctl, not a running systemd.</summary>
internal sealed class SystemctlFactAttribute : FactAttribute
{
    public SystemctlFactAttribute() => Skip = Missing;

    public static string? Missing { get; } = File.Exists("/usr/bin/systemctl") ? null : "There is no systemctl on this machine (package systemd).";
}

/// <inheritdoc cref="SystemctlFactAttribute"/>
internal sealed class SystemctlTheoryAttribute : TheoryAttribute
{
    public SystemctlTheoryAttribute() => Skip = SystemctlFactAttribute.Missing;
}
