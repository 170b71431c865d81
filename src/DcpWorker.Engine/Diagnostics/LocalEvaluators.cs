using System.Net;
using System.Text;
using System.Threading.Channels;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>
/// Evaluators for an examination, started by an inet-daemon of its own on a free port: so that they are started, and
/// ended, in just the way in which a worker's are. Used by one thread at a time.
/// </summary>
internal sealed class LocalEvaluators : IAsyncDisposable
{
    private readonly InetDaemon.InetDaemon _daemon;
    private readonly Channel<InetDaemonEvent> _events = Channel.CreateUnbounded<InetDaemonEvent>();
    private readonly Task _pump;
    private readonly StringBuilder _errorLines = new();

    private LocalEvaluators(InetDaemon.InetDaemon daemon)
    {
        _daemon = daemon;
        IAsyncEnumerable<InetDaemonEvent> events = daemon.Subscribe();
        _pump = Task.Run(() => PumpAsync(events));
    }

    /// <summary>Where they are offered.</summary>
    public IPEndPoint Endpoint => _daemon.Endpoint;

    /// <summary>A colon and what the last process wrote on stderr; empty when it wrote nothing.</summary>
    public string ErrorText => _errorLines.Length == 0 ? "" : $": {_errorLines.ToString().Trim()}";

    /// <summary>Starts the daemon.</summary>
    /// <exception cref="InetDaemonException">It cannot start.</exception>
    public static LocalEvaluators Start(EvaluatorCommand command, EvaluatorExaminationOptions options, TimeProvider time) =>
        new(InetDaemon.InetDaemon.Start(
            new InetDaemonOptions
            {
                Evaluator = command,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                RunAs = options.RunAs,
                AllowRoot = options.AllowRoot,
                // whether it is in force is what is looked at here
                LockDown = LockDownPolicy.Unchecked,
                Nice = 0,
                // One is looked at while the one before it may still be ending.
                MaxConnections = 16,
                // The evaluator is to end by itself; the daemon's own patience must not hide one that does not.
                HangUpGrace = 2 * options.HangUpLimit,
            },
            // What it would log is in the events that are read here.
            NullLogger.Instance,
            time));

    /// <summary>The process of the connection that was just made.</summary>
    /// <exception cref="EvaluatorFault">It did not start.</exception>
    public async Task<LocalEvaluator> NextAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        _errorLines.Clear();
        InetDaemonEvent? started = await ReadUntilAsync(
            e => e is ConnectionOpened or ConnectionRefused or ConnectionClosed { Cause: ConnectionCloseCause.StartFailed },
            limit,
            cancellationToken).ConfigureAwait(false);
        return started is ConnectionOpened opened
            ? new LocalEvaluator(opened.ConnectionId, opened.ProcessId)
            : throw new EvaluatorFault($"The evaluator did not start: {started?.ToString() ?? "no answer"} {_errorLines}");
    }

    /// <summary>Waits for the end of a process; null when it goes on.</summary>
    public async Task<ConnectionClosed?> WaitForEndAsync(LocalEvaluator evaluator, TimeSpan limit, CancellationToken cancellationToken) =>
        await ReadUntilAsync(
            e => e is ConnectionClosed closed && closed.ConnectionId == evaluator.ConnectionId, limit, cancellationToken).ConfigureAwait(false) as ConnectionClosed;

    /// <summary>How a process ended and what it wrote on stderr.</summary>
    public async Task<string> ExplainEndAsync(LocalEvaluator evaluator, CancellationToken cancellationToken)
    {
        ConnectionClosed? end = await WaitForEndAsync(evaluator, TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false);
        string how = end is null ? "the evaluator closed its output" : $"the evaluator ended with {end.Exit}";
        return how + ErrorText;
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync(IAsyncEnumerable<InetDaemonEvent> events)
    {
        await foreach (InetDaemonEvent e in events.ConfigureAwait(false))
        {
            _events.Writer.TryWrite(e);
        }

        _events.Writer.Complete();
    }

    private async Task<InetDaemonEvent?> ReadUntilAsync(Func<InetDaemonEvent, bool> wanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(limit);
        try
        {
            await foreach (InetDaemonEvent e in _events.Reader.ReadAllAsync(either.Token).ConfigureAwait(false))
            {
                if (e is EvaluatorErrorLine line)
                {
                    _errorLines.Append(line.Line).Append(' ');
                }
                else if (wanted(e))
                {
                    return e;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        return null;
    }
}
