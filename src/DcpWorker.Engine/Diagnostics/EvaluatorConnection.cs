using System.Net.Sockets;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>Our end of one connection to an evaluator.</summary>
internal sealed class EvaluatorConnection : IAsyncDisposable
{
    private readonly LocalEvaluators? _daemon;

    private EvaluatorConnection(Socket socket, LocalEvaluators? daemon)
    {
        Stream = new NetworkStream(socket, ownsSocket: true);
        _daemon = daemon;
    }

    /// <summary>Both directions.</summary>
    public NetworkStream Stream { get; }

    /// <summary>The process at the other end, when it is ours; else null.</summary>
    public LocalEvaluator? Process { get; private set; }

    /// <summary>Connects to an evaluator that somebody else offers.</summary>
    /// <exception cref="EvaluatorFault">Nothing answers there.</exception>
    public static Task<EvaluatorConnection> OpenAsync(Uri location, TimeSpan timeout, CancellationToken cancellationToken) =>
        ConnectAsync(location.IdnHost, location.Port, timeout, daemon: null, cancellationToken);

    /// <summary>Connects to an evaluator of our own.</summary>
    /// <exception cref="EvaluatorFault">It does not start.</exception>
    public static async Task<EvaluatorConnection> OpenAsync(LocalEvaluators daemon, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string host = daemon.Endpoint.Address.ToString();
        EvaluatorConnection connection = await ConnectAsync(host, daemon.Endpoint.Port, timeout, daemon, cancellationToken).ConfigureAwait(false);
        try
        {
            connection.Process = await daemon.NextAsync(timeout, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Why the evaluator is gone, as far as it can be known.</summary>
    public async Task<string> ExplainEndAsync(CancellationToken cancellationToken) => Process is null || _daemon is null
        ? "the connection was closed (a daemon that is full closes new connections at once)"
        : await _daemon.ExplainEndAsync(Process, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static async Task<EvaluatorConnection> ConnectAsync(
        string host, int port, TimeSpan timeout, LocalEvaluators? daemon, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return new EvaluatorConnection(socket, daemon);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    new EvaluatorFault($"Nothing answered at {host}:{port} within {timeout.TotalSeconds:0.#} s.", e),
                SocketException => new EvaluatorFault($"Nothing answers at {host}:{port}: {e.Message}.", e),
                _ => e,
            };
        }
    }
}
