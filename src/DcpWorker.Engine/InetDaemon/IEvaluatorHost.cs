using System.Net.Sockets;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>How evaluators are run on one kind of system.</summary>
internal interface IEvaluatorHost : IAsyncDisposable
{
    /// <summary>Starts one evaluator that talks over <paramref name="connection"/>; the host owns and closes the socket from here on.</summary>
    /// <exception cref="InetDaemonException">The program could not be started; the socket is closed.</exception>
    Task<IRunningEvaluator> StartAsync(Socket connection, Action<string> onErrorLine, CancellationToken cancellation);

    /// <summary>Completes when each thread that evaluators depend on has come round since the call.</summary>
    Task CheckProgressAsync();
}
