namespace DcpWorker.Engine.Services.Registration;

/// <summary>The services of a host.</summary>
public enum DcpService
{
    /// <summary>Takes work and delivers results: <c>dcp-worker start</c>.</summary>
    Worker,

    /// <summary>Offers evaluators on a port of this machine: <c>dcp-worker inet-daemon</c>.</summary>
    InetDaemon,
}

/// <summary>How the services are called on the command line, after the verbs that they run.</summary>
public static class DcpServices
{
    /// <summary>Every service, in the order in which they are started.</summary>
    public static IReadOnlyList<DcpService> All { get; } = [DcpService.InetDaemon, DcpService.Worker];

    /// <summary><c>worker</c> or <c>inet-daemon</c>.</summary>
    public static string NameOf(DcpService service) => service == DcpService.Worker ? "worker" : "inet-daemon";
}
