using System.Net.Sockets;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>A daemon on a free port, with a record of its events.</summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<InetDaemonEvent> _events = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task _recording;

    private TestDaemon(InetDaemonOptions options)
    {
        Daemon = Daemon.Start(options, NullLogger.Instance);
        _recording = RecordAsync(Daemon.Subscribe());
    }

    internal Daemon Daemon { get; }

    /// <summary>Runs a program of the system in the place of an evaluator.</summary>
    internal static TestDaemon Of(string program, params string[] arguments) =>
        Start(new EvaluatorCommand { Program = program, Arguments = arguments }, o => o);

    /// <summary>Runs a shell script in the place of an evaluator.</summary>
    internal static TestDaemon OfScript(string script, Func<InetDaemonOptions, InetDaemonOptions>? change = null) =>
        Start(new EvaluatorCommand { Program = "/bin/sh", Arguments = ["-c", script] }, change ?? (o => o));

    /// <summary>Runs the evaluator of this build with the real sandbox files.</summary>
    internal static TestDaemon OfEvaluators(Func<InetDaemonOptions, InetDaemonOptions>? change = null) =>
        Start(BuiltEvaluator.Command, change ?? (o => o));

    internal static InetDaemonOptions Options(EvaluatorCommand command) => new()
    {
        Evaluator = command,
        Listen = ListenAddress.Parse("127.0.0.1:0"),
        MaxConnections = 100,
        RunAs = Environment.IsPrivilegedProcess ? BuiltEvaluator.Nobody : null,
        HangUpGrace = TimeSpan.FromSeconds(1),
        // programs of the system do not lock themselves down, and that evaluators do is looked at where that is the point
        LockDown = LockDownPolicy.Unchecked,
    };

    internal async Task<TestClient> ConnectAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(Daemon.Endpoint);
        return new TestClient(client);
    }

    /// <summary>The first event of that kind, past or to come.</summary>
    internal async Task<T> WaitForAsync<T>(Func<T, bool>? condition = null)
        where T : InetDaemonEvent
    {
        using CancellationTokenSource limit = new(Patience);
        while (true)
        {
            lock (_events)
            {
                if (_events.OfType<T>().FirstOrDefault(condition ?? (_ => true)) is { } found)
                {
                    return found;
                }
            }

            await _news.WaitAsync(limit.Token);
        }
    }

    internal IReadOnlyList<InetDaemonEvent> EventsSoFar()
    {
        lock (_events)
        {
            return [.. _events];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        await _recording;
    }

    private static TestDaemon Start(EvaluatorCommand command, Func<InetDaemonOptions, InetDaemonOptions> change) => new(change(Options(command)));

    private async Task RecordAsync(IAsyncEnumerable<InetDaemonEvent> events)
    {
        await foreach (InetDaemonEvent happening in events)
        {
            lock (_events)
            {
                _events.Add(happening);
            }

            _news.Release();
        }
    }
}
