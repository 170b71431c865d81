namespace DcpWorker.Engine.Services.Registration;

/// <summary>
/// What one kind of system wants to know of a service, and how it is asked. Nothing here touches the system: files and commands
/// are data, which <see cref="ServiceManager"/> carries out.
/// </summary>
internal interface IServicePlatform
{
    /// <summary>The manager's name.</summary>
    string Name { get; }

    /// <summary>The service's name there.</summary>
    string NameOf(DcpService service);

    /// <summary>What makes a service known.</summary>
    ServiceDefinition Define(ServiceOptions options);

    /// <summary>What takes it away: first the commands of <see cref="ServiceDefinition.Commands"/>, then its files, then <see cref="AfterRemoval"/>.</summary>
    IReadOnlyList<ManagerCommand> Removal(DcpService service);

    /// <summary>What the manager must be told once the files are gone.</summary>
    IReadOnlyList<ManagerCommand> AfterRemoval(DcpService service);

    /// <summary>The file that defines a service; null where there is none.</summary>
    string? FileOf(DcpService service);

    /// <summary>Starts it; does nothing when it runs.</summary>
    IReadOnlyList<ManagerCommand> Start(DcpService service);

    /// <summary>Stops it, and waits for its end.</summary>
    IReadOnlyList<ManagerCommand> Stop(DcpService service);

    /// <summary>Stops it when it runs, and starts it.</summary>
    IReadOnlyList<ManagerCommand> Restart(DcpService service);

    /// <summary>Asks how it is. The commands may fail: that says something, too.</summary>
    IReadOnlyList<ManagerCommand> Query(DcpService service);

    /// <summary>Understands the answers to <see cref="Query"/>, which are in its order.</summary>
    ServiceStatus Read(DcpService service, IReadOnlyList<CommandResult> answers);

    /// <summary>Why a service could not run as it is to be registered; null when nothing is known against it.</summary>
    string? Objection(ServiceOptions options);

    /// <summary>Why the manager cannot be spoken to; null when it can.</summary>
    string? Unavailable();
}

/// <summary>What a command had to say.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors);
