using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>
/// A stream of messages with counted octets, over TCP or TLS. Syslog knows no acknowledgements: what was on its way when a
/// connection broke is lost, so the end of one is looked for before each block is sent.
/// </summary>
internal sealed class StreamConnection : ISyslogConnection
{
    private const int MostMessages = 32;
    private const int KeepAliveSeconds = 30;

    private readonly SyslogAddress _address;
    private readonly X509Certificate2Collection? _authorities;
    private readonly TimeSpan _limit;
    private Stream? _stream;
    private Task _ended = Task.CompletedTask;

    /// <param name="address">The server.</param>
    /// <param name="authorities">Who may vouch for it; null: those whom the system trusts.</param>
    /// <param name="limit">Most time for a connection, and for a block.</param>
    public StreamConnection(SyslogAddress address, X509Certificate2Collection? authorities, TimeSpan limit) =>
        (_address, _authorities, _limit) = (address, authorities, limit);

    /// <inheritdoc/>
    public int Send(IReadOnlyList<byte[]> messages)
    {
        if (_ended.IsCompleted)
        {
            Dispose();
        }

        try
        {
            _stream ??= Connect();
            int count = Math.Min(messages.Count, MostMessages);
            _stream.Write(Frame(messages, count));
            _stream.Flush();
            return count;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static byte[] Frame(IReadOnlyList<byte[]> messages, int count)
    {
        using MemoryStream block = new();
        for (int i = 0; i < count; i++)
        {
            block.Write(Encoding.ASCII.GetBytes(messages[i].Length.ToString(CultureInfo.InvariantCulture) + " "));
            block.Write(messages[i]);
        }

        return block.ToArray();
    }

    private Stream Connect()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using CancellationTokenSource limit = new(_limit);
            socket.ConnectAsync(_address.Host, _address.Port, limit.Token).AsTask().GetAwaiter().GetResult();
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            NetworkStream plain = new(socket, ownsSocket: true) { WriteTimeout = (int)_limit.TotalMilliseconds };
            Stream stream = _address.Transport == SyslogTransport.Tls ? Secure(plain) : plain;
            _ended = WaitForEndAsync(stream);
            return stream;
        }
        catch (OperationCanceledException e)
        {
            socket.Dispose();
            throw new TimeoutException($"{_address} does not answer.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslStream Secure(NetworkStream plain)
    {
        SslStream secured = new(plain);
        SslClientAuthenticationOptions options = new() { TargetHost = _address.Host };
        if (_authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // an authority of one's own has seldom a place where revocations are found
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        plain.ReadTimeout = (int)_limit.TotalMilliseconds;
        secured.AuthenticateAsClient(options);
        plain.ReadTimeout = Timeout.Infinite;
        return secured;
    }

    // a server says nothing; what it says all the same is passed over
    private static async Task WaitForEndAsync(Stream stream)
    {
        byte[] buffer = new byte[256];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // ended all the same
        }
    }
}
