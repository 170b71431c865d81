namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Names of the checks of a host, as scripts see them.</summary>
public static class HostCheckNames
{
    /// <summary>The configuration can be read, and nothing in it is odd.</summary>
    public const string Configuration = "Configuration";

    /// <summary>There is an account to credit, and its keystore is in nobody else's reach.</summary>
    public const string Keystore = "Keystore";

    /// <summary>The key that the worker is known by can be used, or made.</summary>
    public const string Identity = "Identity";

    /// <summary>There is room for what must survive a restart.</summary>
    public const string Disk = "Disk";

    /// <summary>There are cores for the sandboxes.</summary>
    public const string Processor = "Processor";

    /// <summary>The name of a host of the scheduler has an address.</summary>
    public const string Dns = "Dns";

    /// <summary>A host of the scheduler shows a certificate that is to be trusted.</summary>
    public const string Tls = "Tls";

    /// <summary>The scheduler answers and says where its services are.</summary>
    public const string Scheduler = "Scheduler";

    /// <summary>The clock of this host agrees with the scheduler's.</summary>
    public const string Clock = "Clock";

    /// <summary>A service of the scheduler accepts a session.</summary>
    public const string Service = "Service";

    /// <summary>The evaluator program of this host does what it must and nothing that it must not.</summary>
    public const string EvaluatorProgram = "EvaluatorProgram";

    /// <summary>Evaluators are offered where the worker looks for them.</summary>
    public const string Evaluator = "Evaluator";

    /// <summary>A service of the operating system runs, and will after a restart.</summary>
    public const string SystemService = "SystemService";
}
