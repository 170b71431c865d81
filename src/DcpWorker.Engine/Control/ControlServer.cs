using System.Net.Sockets;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Control;

/// <summary>
/// Answers on a control socket for as long as it is not disposed. Nothing that a client does or fails to do touches anything but
/// its own connection.
/// </summary>
public sealed partial class ControlServer : IAsyncDisposable
{
    private const int MaxConnections = 32;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(200);

    /// <summary>How long connections may take to hear that it is over.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private static int s_lastNumber;

    private readonly IControlListener? _listener;
    private readonly IControlService? _service;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;
    private readonly Lazy<Task> _ended;

    private ControlServer(IControlListener listener, IControlService service, TimeProvider time, ILogger log)
    {
        (_listener, _service, _time, _log) = (listener, service, time, log);
        _ended = new Lazy<Task>(EndAsync);
        LogServing(listener.Path);
        _accepting = Task.Run(() => AcceptAsync(listener));
    }

    private ControlServer(ILogger log)
    {
        (_time, _log, _accepting) = (TimeProvider.System, log, Task.CompletedTask);
        _ended = new Lazy<Task>(EndAsync);
    }

    /// <summary>The socket's path, or the name of the pipe; null when it is nowhere.</summary>
    public string? Path => _listener?.Path;

    /// <summary>Which one of this process it is, from 1.</summary>
    internal static int NextNumber() => Interlocked.Increment(ref s_lastNumber);

    /// <summary>A server that nobody can reach.</summary>
    internal static ControlServer Nowhere(ILogger log) => new(log);

    /// <exception cref="ControlException">There is no place for the socket.</exception>
    internal static ControlServer Start(string kind, int number, IControlService service, TimeProvider time, ILogger log)
    {
        string name = ControlEndpoint.FileName(kind, Environment.ProcessId, number);
        IControlListener listener = OperatingSystem.IsWindows() ? new PipeControlListener(name) : UnixControlListener.Open(name);
        return new ControlServer(listener, service, time, log);
    }

    /// <summary>Takes the socket away, lets answers that are due leave, and ends every connection.</summary>
    public async ValueTask DisposeAsync() => await _ended.Value.ConfigureAwait(false);

    private async Task EndAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] open;
        lock (_gate)
        {
            open = [.. _connections];
        }

        Task ended = Task.WhenAll(open);
        await Task.WhenAny(ended, Task.Delay(Farewell, _time)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        _closing.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(IControlListener listener)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (await listener.AcceptAsync(_closing.Token).ConfigureAwait(false) is { } stream)
                {
                    Admit(stream);
                }
                else
                {
                    LogStranger();
                }
            }
            catch (Exception) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // out of descriptors, say
                LogAcceptFailed(e.Message);
                await Task.Delay(AcceptRetry, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Stream stream)
    {
        Task serving;
        lock (_gate)
        {
            if (_connections.Count >= MaxConnections)
            {
                stream.Dispose();
                return;
            }

            serving = Task.Run(() => ServeAsync(stream));
            _connections.Add(serving);
        }

        serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget(Task connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        await using (stream.ConfigureAwait(false))
        {
            ControlLines lines = new(stream, ControlProtocol.MaxRequest);
            try
            {
                while (await ReadAsync(lines).ConfigureAwait(false) is { } request)
                {
                    if (request.Op == ControlProtocol.Watch)
                    {
                        await WatchAsync(lines).ConfigureAwait(false);
                        return;
                    }

                    await WriteAsync(lines, ControlProtocol.Write(await AnswerAsync(request, lines).ConfigureAwait(false))).ConfigureAwait(false);
                }
            }
            catch (ControlException e)
            {
                LogInvalid(e.Message);
                await SayAsync(lines, e).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                LogEnded(e.Message);
            }
            catch (Exception e)
            {
                LogFault(e);
            }
        }
    }

    private async Task<ControlRequest?> ReadAsync(ControlLines lines)
    {
        using CancellationTokenSource limit = new(IdleTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        return await lines.ReadAsync(either.Token).ConfigureAwait(false) is { } line ? ControlProtocol.ReadRequest(line.Span) : null;
    }

    private async Task WriteAsync(ControlLines lines, string line)
    {
        using CancellationTokenSource limit = new(WriteTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        await lines.WriteAsync(line, either.Token).ConfigureAwait(false);
    }

    private async Task<ControlAnswer> AnswerAsync(ControlRequest request, ControlLines lines)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task hungUp = request.Op == ControlProtocol.Wait ? UntilHungUpAsync(lines, gone) : Task.CompletedTask;
        try
        {
            return await _service!.HandleAsync(request, gone.Token).ConfigureAwait(false);
        }
        catch (ControlException e)
        {
            return ControlAnswer.Error(e.Code, e.Message);
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await hungUp.ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(ControlLines lines)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        if (_service!.Watch(gone.Token) is not { } events)
        {
            throw new ControlException(ControlException.Invalid, "There is nothing to watch here.");
        }

        Task hungUp = UntilHungUpAsync(lines, gone);
        try
        {
            await WriteAsync(lines, ControlProtocol.Write(new ControlAnswer { Ok = true })).ConfigureAwait(false);
            await foreach (JsObject e in events.ConfigureAwait(false))
            {
                await WriteAsync(lines, JsonWriter.Write(e)).ConfigureAwait(false);
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await hungUp.ConfigureAwait(false);
        }
    }

    /// <summary>Who waits for something says nothing; when there is something to read all the same, it is the end.</summary>
    private static async Task UntilHungUpAsync(ControlLines lines, CancellationTokenSource gone)
    {
        try
        {
            await lines.ReadAsync(gone.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or ControlException)
        {
            // the end as well
        }

        await gone.CancelAsync().ConfigureAwait(false);
    }

    private async Task SayAsync(ControlLines lines, ControlException error)
    {
        try
        {
            await WriteAsync(lines, ControlProtocol.Write(ControlAnswer.Error(error.Code, error.Message))).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogEnded(e.Message);
        }
    }

    [LoggerMessage(EventId = 4801, Level = LogLevel.Debug, Message = "Can be controlled through {Path}")]
    private partial void LogServing(string path);

    [LoggerMessage(EventId = 4802, Level = LogLevel.Warning, Message = "A control connection of another user was refused")]
    private partial void LogStranger();

    [LoggerMessage(EventId = 4803, Level = LogLevel.Warning, Message = "A control connection could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(EventId = 4804, Level = LogLevel.Debug, Message = "A control connection is ended: {Reason}")]
    private partial void LogInvalid(string reason);

    [LoggerMessage(EventId = 4805, Level = LogLevel.Debug, Message = "A control connection ended: {Reason}")]
    private partial void LogEnded(string reason);

    [LoggerMessage(EventId = 4806, Level = LogLevel.Error, Message = "A fault in a control connection")]
    private partial void LogFault(Exception fault);
}
