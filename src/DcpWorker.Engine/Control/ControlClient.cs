using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Control;

/// <summary>One connection to a control socket.</summary>
internal sealed class ControlClient : IAsyncDisposable
{
    /// <summary>For connecting, and for each answer that is not waited for on purpose.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CrowdPause = TimeSpan.FromMilliseconds(50);

    private readonly Stream _stream;
    private readonly ControlLines _lines;
    private readonly string _path;

    private ControlClient(Stream stream, string path) => (_stream, _lines, _path) = (stream, new ControlLines(stream, ControlProtocol.MaxAnswer), path);

    /// <summary>Every place at which somebody might be controlled; those of dead processes included.</summary>
    public static IReadOnlyList<ControlEndpoint> Endpoints(string kind)
    {
        IEnumerable<string> paths = OperatingSystem.IsWindows()
            ? Directory.GetFiles(@"\\.\pipe\", PipeControlListener.Prefix + "*").Select(p => Path.GetFileName(p)[PipeControlListener.Prefix.Length..])
            : ControlFolder.Visible().SelectMany(Sockets);
        return [.. paths.Select(ControlEndpoint.Parse).OfType<ControlEndpoint>().Where(e => e.Kind == kind)];
    }

    /// <summary>Connects; null when nobody is there any more. What a dead process of this user left behind is removed.</summary>
    /// <exception cref="ControlException">Not in time, or not allowed.</exception>
    public static async Task<ControlClient?> ConnectAsync(ControlEndpoint endpoint, CancellationToken ct)
    {
        using CancellationTokenSource limit = new(Patience);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            Stream? stream = OperatingSystem.IsWindows()
                ? await ConnectPipeAsync(endpoint, either.Token).ConfigureAwait(false)
                : await ConnectSocketAsync(endpoint, either.Token).ConfigureAwait(false);
            return stream is null ? null : new ControlClient(stream, endpoint.Path);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw TimedOut(endpoint.Path);
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="patience">How long the answer may take; null: until <paramref name="ct"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ControlException">The request is refused, or not answered in time or at all.</exception>
    public async Task<ControlAnswer> AskAsync(ControlRequest request, TimeSpan? patience, CancellationToken ct)
    {
        using CancellationTokenSource limit = new(patience ?? Timeout.InfiniteTimeSpan);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await _lines.WriteAsync(ControlProtocol.Write(request), either.Token).ConfigureAwait(false);
            if (await _lines.ReadAsync(either.Token).ConfigureAwait(false) is not { } line)
            {
                throw Ended();
            }

            ControlAnswer answer = ControlProtocol.ReadAnswer(line.Span);
            return answer.Ok ? answer : throw new ControlException(answer.Code ?? ControlException.Refused, answer.Message ?? "Refused.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw TimedOut(_path);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw Ended(e);
        }
    }

    /// <summary>What happens from now on, as JSON, until the other side ends.</summary>
    public async IAsyncEnumerable<JsValue> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await AskAsync(new ControlRequest { Op = ControlProtocol.Watch }, Patience, ct).ConfigureAwait(false);
        while (await _lines.ReadAsync(ct).ConfigureAwait(false) is { } line)
        {
            yield return JsonReader.Parse(System.Text.Encoding.UTF8.GetString(line.Span));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    [UnsupportedOSPlatform("windows")]
    private static string[] Sockets(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // gone, or not ours to look into
            return [];
        }
    }

    private static async Task<Stream?> ConnectPipeAsync(ControlEndpoint endpoint, CancellationToken ct)
    {
        NamedPipeClientStream pipe = new(".", PipeControlListener.Prefix + endpoint.Path, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(ct).ConfigureAwait(false);
            return pipe;
        }
        catch (Exception e)
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            return e is UnauthorizedAccessException ? null : throw new ControlException(ControlException.TimedOut, $"{endpoint.Path} cannot be reached: {e.Message}", e);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<Stream?> ConnectSocketAsync(ControlEndpoint endpoint, CancellationToken ct)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            while (!await TryConnectAsync(socket, endpoint.Path, ct).ConfigureAwait(false))
            {
                socket.Dispose();
                await Task.Delay(CrowdPause, ct).ConfigureAwait(false);
                socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            }

            if (OperatingSystem.IsLinux() && UnixPeer.UserOf(socket) is var user && user != 0 && user != FileOwner.UserOf(endpoint.Path))
            {
                throw new ControlException(ControlException.Refused, $"{endpoint.Path} is served by somebody whom it does not belong to.");
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            socket.Dispose();
            RemoveStale(endpoint.Path);
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException or UnauthorizedAccessException)
        {
            // gone meanwhile, or somebody else's
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>False when so many wait to be let in that the kernel takes no more.</summary>
    private static async Task<bool> TryConnectAsync(Socket socket, string path, CancellationToken ct)
    {
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock)
        {
            return false;
        }
    }

    /// <summary>Nobody listens: the process that made the socket is dead, whoever has its number now.</summary>
    private static void RemoveStale(string path)
    {
        try
        {
            if (!OperatingSystem.IsLinux() || FileOwner.UserOf(path) == FileOwner.GetEffectiveUser())
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // somebody else was quicker, or it is not ours to remove
        }
    }

    private static ControlException TimedOut(string path) =>
        new(ControlException.TimedOut, $"There was no answer on {path} in time. The process is stopped, or very busy.");

    private ControlException Ended(Exception? inner = null) => new(ControlException.Ended, $"The process behind {_path} ended before it answered.", inner);
}
