using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What to examine of a host, and how patiently. What is not given here is as the configuration says, as for a worker.</summary>
public sealed record HostExaminationOptions
{
    /// <summary>Where the configuration is read from.</summary>
    public ConfigurationSources Sources { get; init; } = ConfigurationSources.FromProcess();

    /// <summary>Finds the local evaluator program, which reads the configuration, too.</summary>
    public Func<EvaluatorCommand> Locate { get; init; } = () => EvaluatorCommand.Locate();

    /// <summary>User that the local evaluator program runs as; must be given when the examiner is root, and only then.</summary>
    public UnixUser? RunAs { get; init; }

    /// <summary>The scheduler's location, over the configuration.</summary>
    public Uri? Scheduler { get; init; }

    /// <summary>Where evaluators are offered, over the configuration.</summary>
    public EvaluatorLocation? Evaluator { get; init; }

    /// <summary>The account that is credited, over the configuration.</summary>
    public Address? PaymentAddress { get; init; }

    /// <summary>Path of the keystore of that account, over the configuration.</summary>
    public string? Keystore { get; init; }

    /// <summary>Folder of the identity and of results that are not delivered yet; that of the sources unless given.</summary>
    public string? ResourceDirectory { get; init; }

    /// <summary>How long any one answer may take. Default 10 s; more than zero.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far the clock may be from the scheduler's before that is a warning. Default 5 s.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far the clock may be from the scheduler's at all: certificates and requests would seem outdated. Default 5 minutes.</summary>
    public TimeSpan ClockLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Free space below which a disk is a warning, in bytes. Default 1 GiB.</summary>
    public long DiskTolerance { get; init; } = 1L << 30;

    /// <summary>Free space that a disk must have, in bytes. Default 64 MiB.</summary>
    public long DiskLimit { get; init; } = 64L << 20;

    /// <summary>How long a certificate must be good for still. Default 14 days.</summary>
    public TimeSpan CertificateTolerance { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Whether evaluators are examined, which takes seconds of a processor's time.</summary>
    internal bool WithEvaluators { get; init; } = true;

    /// <summary>The service manager that runs this host; null when none does that is known here.</summary>
    internal ServiceManager? Services { get; init; } = ServiceManager.OfRunningSystem();
}
