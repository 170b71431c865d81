using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol;

/// <summary>
/// A lasting relation with one service: when its <see cref="Connection"/> ends, a new one is made at once. It begins with
/// the first request or <see cref="Start"/>.
/// </summary>
public sealed partial class ServiceConnection : IAsyncDisposable
{
    // sessions that end sooner than this are followed by growing pauses
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly PrivateKey _identity;
    private readonly ConnectionOptions _options;
    private readonly IdentityCache? _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _sockets = new();
    private readonly Backoff _sessions = new();
    private readonly CancellationTokenSource _lifetime = new();
    private TaskCompletionSource<Connection> _ready = NewWait();
    private Task? _running;
    private Connection? _current;

    /// <summary>A relation with <paramref name="service"/>; see <see cref="Connection.Initiate"/>.</summary>
    public ServiceConnection(Uri service, PrivateKey identity, ConnectionOptions options, IdentityCache? cache, TimeProvider time, ILogger log) =>
        (Service, _identity, _options, _cache, _time, _log) = (service, identity, options, cache, time, new PeerLogger(log, time));

    /// <summary>Location of the service.</summary>
    public Uri Service { get; }

    /// <summary>Answers the service's own requests, on every connection. Set it before starting.</summary>
    public Func<IncomingRequest, CancellationToken, Task<JsValue>>? RequestHandler { get; set; }

    /// <summary>
    /// Called with each new session, to subscribe again, say; requests that wait for the connection go on after it. Set it before
    /// starting. When it fails, so does the connection, and another one is made.
    /// </summary>
    public Func<Connection, CancellationToken, Task>? OnReady { get; set; }

    /// <summary>Told why a connection could not be made or ended; a new one is being made. Set it before starting; it must not throw.</summary>
    public Action<ProtocolException>? OnLost { get; set; }

    /// <summary>The connection of this moment, if there is a session.</summary>
    public Connection? Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Begins to connect, and to stay connected.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _running ??= _lifetime.IsCancellationRequested ? Task.CompletedTask : Task.Run(RunAsync);
        }
    }

    /// <summary>Waits for a session; a failed attempt is the end of the wait, not of the attempts.</summary>
    /// <exception cref="ProtocolException">An attempt failed, or this relation is closed (<c>EPIPE</c>).</exception>
    public Task<Connection> ConnectAsync(CancellationToken ct)
    {
        Start();
        lock (_gate)
        {
            return _ready.Task.WaitAsync(ct);
        }
    }

    /// <summary>
    /// As <see cref="Connection.RequestAsync"/>, over the connection there is. With <see cref="RequestOptions.Resend"/> it is sent again over
    /// the next connection when one fails, for as long as the time-out of the request allows.
    /// </summary>
    /// <exception cref="ProtocolException">As there, or no connection could be made.</exception>
    public async Task<Response> RequestAsync(string operation, JsValue data, RequestOptions? options = null, CancellationToken ct = default)
    {
        options ??= RequestOptions.Default;
        if (!options.Resend)
        {
            Connection connection = await ConnectAsync(ct).ConfigureAwait(false);
            return await connection.RequestAsync(operation, data, options, ct).ConfigureAwait(false);
        }

        using CancellationTokenSource limit = new(options.Timeout ?? _options.RequestTimeout, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        while (true)
        {
            Connection? connection = null;
            try
            {
                connection = await ConnectAsync(both.Token).ConfigureAwait(false);
                return await connection.RequestAsync(operation, data, options, both.Token).ConfigureAwait(false);
            }
            catch (ProtocolException e) when (e.IsConnectionFailure && !_lifetime.IsCancellationRequested)
            {
                LogResend(operation, Service, e.Code);
                Retire(connection);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                throw new ProtocolException("ETIMEDOUT", $"No response to '{operation}' from {Service} in time, over any connection.");
            }
        }
    }

    /// <summary>Closes the connection there is, and makes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_gate)
        {
            running = _running;
            _running ??= Task.CompletedTask;
            _ready.TrySetException(Ended());
        }

        // the loop says goodbye to the peer on its way out
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await (running ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private static TaskCompletionSource<Connection> NewWait()
    {
        TaskCompletionSource<Connection> wait = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // nobody may be waiting when it fails
        wait.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return wait;
    }

    /// <summary>A connection that has failed is not handed out any more; who comes next waits for the following one.</summary>
    private void Retire(Connection? connection)
    {
        lock (_gate)
        {
            if (connection is not null && ReferenceEquals(connection, _current))
            {
                _current = null;
                _ready = NewWait();
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                ProtocolException why = await ConnectOnceAsync().ConfigureAwait(false);
                LogLost(Service, why.Code, why.Message);
                OnLost?.Invoke(why);
                await Task.Delay(_sessions.Next(_options.MaxBackoff), _time, _lifetime.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            // closed
        }
        catch (Exception e)
        {
            LogFault(e, Service);
        }
        finally
        {
            Fail(Ended());
        }
    }

    /// <summary>Makes one connection and stays with it until it ends.</summary>
    private async Task<ProtocolException> ConnectOnceAsync()
    {
        ConnectionParts parts = new() { Identities = _cache, Backoff = _sockets };
        Connection connection = new(ConnectionRole.Initiator, Service, _identity, _options, parts, _time, _log) { RequestHandler = RequestHandler };
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.ConnectAsync(_lifetime.Token).ConfigureAwait(false);
                long since = _time.GetTimestamp();
                if (OnReady is not null)
                {
                    await OnReady(connection, _lifetime.Token).ConfigureAwait(false);
                }

                lock (_gate)
                {
                    _current = connection;
                    _ready.TrySetResult(connection);
                }

                string code = await connection.Closed.WaitAsync(_lifetime.Token).ConfigureAwait(false);
                if (_time.GetElapsedTime(since) > Lasting)
                {
                    _sessions.Reset();
                }

                return new ProtocolException(code, $"The session with {Service} ended.") { IsConnectionFailure = true };
            }
            catch (Exception e) when (e is not OperationCanceledException || !_lifetime.IsCancellationRequested)
            {
                ProtocolException failure = new((e as DcpException)?.Code ?? "DCPC-1024", e.Message, e) { IsConnectionFailure = true };
                Fail(failure);
                return failure;
            }
            finally
            {
                lock (_gate)
                {
                    _current = null;
                    _ready = _ready.Task.IsCompleted ? NewWait() : _ready;
                }
            }
        }
    }

    private void Fail(ProtocolException error)
    {
        lock (_gate)
        {
            _current = null;
            if (!_ready.TrySetException(error))
            {
                _ready = NewWait();
                if (_lifetime.IsCancellationRequested)
                {
                    _ready.TrySetException(error);
                }
            }
        }
    }

    private ProtocolException Ended() => new("EPIPE", $"The connection to {Service} was closed on this side.") { IsConnectionFailure = true };

    [LoggerMessage(EventId = 2151, Level = LogLevel.Information, Message = "No session with {Service} ({Code}), making a new one: {Reason}")]
    private partial void LogLost(Uri service, string code, string reason);

    [LoggerMessage(EventId = 2152, Level = LogLevel.Debug, Message = "'{Operation}' goes to {Service} again: {Code}")]
    private partial void LogResend(string operation, Uri service, string code);

    [LoggerMessage(EventId = 2153, Level = LogLevel.Error, Message = "The connection to {Service} was given up because of a fault of ours")]
    private partial void LogFault(Exception fault, Uri service);
}
