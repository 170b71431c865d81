using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.InetDaemon.Linux;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Services;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>
/// Offers evaluators on a TCP port: one process for each connection, which ends with the connection, with the daemon,
/// or by itself, and takes the connection with it. Nothing is kept between connections.
/// </summary>
public sealed partial class InetDaemon : IAsyncDisposable
{
    private const int Backlog = 128;
    private const int MostTurnedAway = 128;
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(200);

    // A client that ends an evaluator to start another one is a moment too early when all are in use.
    private static readonly TimeSpan PlaceWait = TimeSpan.FromSeconds(1);

    private readonly InetDaemonOptions _options;
    private readonly IEvaluatorHost _host;
    private readonly IReadOnlyList<Socket> _listeners;
    private readonly IReadOnlyList<LoopPulse> _pulses;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Admission _admission;
    private readonly LineRate _refusalLines;
    private readonly EventStream _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places;
    private readonly ConcurrentDictionary<long, Task> _arrivals = new();
    private readonly ConcurrentDictionary<long, Task> _connections = new();
    private readonly ConcurrentDictionary<long, Task> _turnedAway = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _stopped;
    private readonly Task _accepting;
    private long _lastId;

    private InetDaemon(InetDaemonOptions options, IEvaluatorHost host, IReadOnlyList<Socket> listeners, TimeProvider time, ILogger log)
    {
        (_options, _host, _listeners, _time, _log) = (options, host, listeners, time, log);
        _admission = new Admission(options, new TcpOwners(), UserNamespace.UnknownUser());
        _refusalLines = new LineRate(time, most: 1);
        _places = new SemaphoreSlim(options.MaxConnections);
        Endpoints = [.. listeners.Select(l => (IPEndPoint)l.LocalEndPoint!)];
        _pulses = [.. listeners.Select(_ => new LoopPulse())];
        _stopped = new Lazy<Task>(StopOnceAsync);
        _events = new EventStream(new InetDaemonStarted(time.GetUtcNow(), Endpoint));
        LogStarted(log, string.Join(", ", Endpoints));
        _ready = Task.Run(MakeReadyAsync);
        _accepting = Task.WhenAll(_listeners.Zip(_pulses, (listener, pulse) => Task.Run(() => AcceptAsync(listener, pulse))));
    }

    /// <summary>Address and port that are really bound; the first of them when a service manager passed several.</summary>
    public IPEndPoint Endpoint => Endpoints[0];

    /// <summary>Every address and port that it listens on.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>How many evaluators there are now.</summary>
    public int Connections => _connections.Count;

    /// <summary>How many there may be.</summary>
    public int MaxConnections => _options.MaxConnections;

    /// <summary>Completes when the daemon no longer listens and every evaluator is gone; never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts to listen; connections are accepted from <see cref="Ready"/> on.</summary>
    /// <exception cref="InetDaemonException">The options cannot be honoured, or the address is taken.</exception>
    public static InetDaemon Start(InetDaemonOptions options, ILogger log, TimeProvider? time = null)
    {
        StartChecks.Check(options);
        IReadOnlyList<Socket> listeners = options.Inherited.Count > 0 ? options.Inherited : [Listen(options.Listen)];
        try
        {
            IEvaluatorHost host = OperatingSystem.IsLinux() ? new LinuxEvaluatorHost(options, log) : new PumpEvaluatorHost(options, log);
            return new InetDaemon(options, host, listeners, time ?? TimeProvider.System, log);
        }
        catch
        {
            Close(listeners);
            throw;
        }
    }

    /// <summary>Runs a daemon until <paramref name="cancellation"/>, then stops it.</summary>
    /// <exception cref="InetDaemonException">As <see cref="Start"/>.</exception>
    public static async Task RunAsync(InetDaemonOptions options, ILogger log, CancellationToken cancellation)
    {
        InetDaemon daemon = Start(options, log);
        await using (daemon.ConfigureAwait(false))
        {
            await daemon.Ready.WaitAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// <see cref="InetDaemonStarted"/> and, when it has happened, <see cref="LockDownFailed"/>, then what happens from this call on, for any
    /// number of readers. A reader that falls 1024 events behind loses the oldest.
    /// The sequence ends after <see cref="InetDaemonStopped"/>.
    /// </summary>
    public IAsyncEnumerable<InetDaemonEvent> Subscribe(CancellationToken cancellation = default) => _events.Subscribe(cancellation);

    /// <summary>
    /// Completes when everything in the daemon that must go round has come round since the call: the loops that accept connections,
    /// the threads that start and watch evaluators. It never completes while one of them hangs.
    /// </summary>
    public Task CheckProgressAsync(CancellationToken cancellation = default) =>
        _stop.IsCancellationRequested
            ? Task.CompletedTask
            : Task.WhenAll([_host.CheckProgressAsync(), .. _pulses.Select(p => p.AskAsync())]).WaitAsync(cancellation);

    /// <summary>Stops listening and kills every evaluator. May be called more than once.</summary>
    public Task StopAsync() => _stopped.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
        _places.Dispose();
    }

    private async Task StopOnceAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);

        // not before: to close a socket that is being waited on would shut it down for a service manager, too, that passed it
        await _accepting.ConfigureAwait(false);
        Close(_listeners);
        await Task.WhenAll(_arrivals.Values).ConfigureAwait(false);
        await Task.WhenAll(_turnedAway.Values).ConfigureAwait(false);
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        LogStopped(_log);
        _events.Publish(new InetDaemonStopped(_time.GetUtcNow()));
        _events.Complete();
        _completion.SetResult();
    }

    private static Socket Listen(IPEndPoint address)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(Backlog);
            return listener;
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new InetDaemonException("CannotListen", $"The inet-daemon cannot listen on {address}: {error.Message}. Is another one running?", error);
        }
    }

    private static void Close(IEnumerable<Socket> listeners)
    {
        foreach (Socket listener in listeners)
        {
            listener.Dispose();
        }
    }

    private async Task AcceptAsync(Socket listener, LoopPulse pulse)
    {
        await AcceptUntilStoppedAsync(listener, pulse).ConfigureAwait(false);
        pulse.End();
    }

    private async Task AcceptUntilStoppedAsync(Socket listener, LoopPulse pulse)
    {
        await _ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_ready.IsCompletedSuccessfully)
        {
            // not awaited: the stop waits for the end of this method
            _ = StopAsync();
            return;
        }

        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Admit(await pulse.WhileAsync(listener.AcceptAsync(_stop.Token).AsTask()).ConfigureAwait(false));
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Out of descriptors, or a peer that left while it was being accepted.
                LogAcceptFailed(_log, error);
                await pulse.WhileAsync(Task.Delay(AcceptRetry, _time, CancellationToken.None)).ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket connection)
    {
        (IPEndPoint? remote, IPEndPoint? own) = EndsOf(connection);
        if (_admission.RefusalReason(remote, own) is { } reason)
        {
            Refuse(connection, remote, reason);
        }
        else if (_places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            Serve(connection, remote!, own!);
        }
        else if (_arrivals.Count >= _options.MaxConnections)
        {
            Refuse(connection, remote, AllInUse);
        }
        else
        {
            long id = Interlocked.Increment(ref _lastId);
            TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrivals[id] = ServeWhenFreeAsync(id, connection, remote!, own!, registered.Task);
            registered.SetResult();   // only now may it remove itself
        }
    }

    private string AllInUse => $"all {_options.MaxConnections} evaluators are in use";

    private void Refuse(Socket connection, IPEndPoint? remote, string reason)
    {
        TurnAway(connection);
        if (_refusalLines.TryTake(out long unsaid))
        {
            LogRefused(_log, reason, unsaid);
        }

        _events.Publish(new ConnectionRefused(_time.GetUtcNow(), remote, reason));
    }

    /// <summary>Ends a connection so that the peer sees an end, not a fault, although it may have sent something already.</summary>
    private void TurnAway(Socket connection)
    {
        if (_turnedAway.Count >= MostTurnedAway)
        {
            // so many at once mean harm, or do not care
            connection.Dispose();
            return;
        }

        long id = Interlocked.Increment(ref _lastId);
        TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _turnedAway[id] = TurnAwayAsync(id, connection, registered.Task);
        registered.SetResult();   // only now may it remove itself
    }

    private async Task TurnAwayAsync(long id, Socket connection, Task registered)
    {
        await registered.ConfigureAwait(false);
        await LingeringClose.RunAsync(connection, _stop.Token).ConfigureAwait(false);
        _turnedAway.TryRemove(id, out _);
    }

    private async Task ServeWhenFreeAsync(long id, Socket connection, IPEndPoint remote, IPEndPoint own, Task registered)
    {
        await registered.ConfigureAwait(false);
        try
        {
            if (await _places.WaitAsync(PlaceWait, _stop.Token).ConfigureAwait(false))
            {
                Serve(connection, remote, own);
            }
            else
            {
                Refuse(connection, remote, AllInUse);
            }
        }
        catch (OperationCanceledException)
        {
            connection.Dispose();
        }
        finally
        {
            _arrivals.TryRemove(id, out _);
        }
    }

    /// <summary>Starts an evaluator in a place that has been taken.</summary>
    private void Serve(Socket connection, IPEndPoint remote, IPEndPoint own)
    {
        long id = Interlocked.Increment(ref _lastId);
        TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[id] = ServeAsync(id, connection, remote, PeerConnection.Of(remote, own), registered.Task);
        registered.SetResult();   // only now may it remove itself
    }

    private static (IPEndPoint? Remote, IPEndPoint? Own) EndsOf(Socket connection)
    {
        try
        {
            return (connection.RemoteEndPoint as IPEndPoint, connection.LocalEndPoint as IPEndPoint);
        }
        catch (SocketException)
        {
            // reset meanwhile
            return default;
        }
    }

    private async Task ServeAsync(long id, Socket connection, IPEndPoint remote, PeerConnection peer, Task registered)
    {
        await registered.ConfigureAwait(false);
        long start = _time.GetTimestamp();
        EvaluatorEnd end = new(ConnectionCloseCause.StartFailed, default);
        try
        {
            IRunningEvaluator evaluator = await _host.StartAsync(connection, line => ReportErrorLine(id, line), _stop.Token).ConfigureAwait(false);
            _events.Publish(new ConnectionOpened(_time.GetUtcNow(), id, remote, evaluator.ProcessId));
            LogOpened(_log, id, remote, evaluator.ProcessId);
            Remember(id, peer, evaluator);
            using (_stop.Token.Register(evaluator.Kill))
            {
                end = await evaluator.Ended.ConfigureAwait(false);
            }

            LogClosed(_log, id, end.Cause, end.Exit);
        }
        catch (OperationCanceledException)
        {
            end = new(ConnectionCloseCause.DaemonStopping, default);
        }
        catch (Exception error)
        {
            LogStartFailed(_log, error, id);
        }

        ConnectionCloseCause cause = _stop.IsCancellationRequested ? ConnectionCloseCause.DaemonStopping : end.Cause;
        _connections.TryRemove(id, out _);
        _places.Release();
        Forget(id);
        _events.Publish(new ConnectionClosed(_time.GetUtcNow(), id, cause, end.Exit, _time.GetElapsedTime(start)));
    }

    private void ReportErrorLine(long id, string line)
    {
        LogErrorLine(_log, id, line);
        _events.Publish(new EvaluatorErrorLine(_time.GetUtcNow(), id, line));
    }
}
