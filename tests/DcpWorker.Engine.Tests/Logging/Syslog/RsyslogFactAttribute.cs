namespace DcpWorker.Engine.Tests.Logging.Syslog;

/// <summary>A test against a real rsyslogd; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RsyslogFactAttribute : FactAttribute
{
    public RsyslogFactAttribute() => Skip = RsyslogServer.Missing;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RsyslogTheoryAttribute : TheoryAttribute
{
    public RsyslogTheoryAttribute() => Skip = RsyslogServer.Missing;
}
