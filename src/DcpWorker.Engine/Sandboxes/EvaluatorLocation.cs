using System.Globalization;
using System.Net.Sockets;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>Where evaluators are offered: a host and a TCP port, at which an inet-daemon listens.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
public sealed record EvaluatorLocation(string Host, int Port)
{
    private const int DefaultPort = 9000;

    /// <summary>Port 9000 of this machine.</summary>
    public static EvaluatorLocation Default { get; } = new("localhost", DefaultPort);

    /// <summary>Reads <c>tcp://localhost:9000</c>, with any scheme (<c>http</c>, <c>dcpsaw</c>…) or none; the port is 9000 when left out.</summary>
    /// <exception cref="SandboxException">The text names no host and port.</exception>
    public static EvaluatorLocation Parse(string text)
    {
        string location = text.Trim();
        int scheme = location.IndexOf("://", StringComparison.Ordinal);

        // Any known scheme would bring a default port of its own along.
        bool reads = Uri.TryCreate($"dcpsaw://{(scheme < 0 ? location : location[(scheme + 3)..])}", UriKind.Absolute, out Uri? uri)
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0;
        return reads
            ? new EvaluatorLocation(uri!.Host.Trim('[', ']'), uri.Port < 0 ? DefaultPort : uri.Port)
            : throw new SandboxException("EINVAL", $"'{text}' is no place of an evaluator. Write one like tcp://localhost:9000.");
    }

    /// <summary>Connects; small messages are sent without delay.</summary>
    /// <exception cref="SandboxException">Nobody listens there, or the host is not known.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Host, Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new SandboxException(SandboxException.Gone, $"No evaluator can be reached at {this}: {error.Message}. Is the inet-daemon running?", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"tcp://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
