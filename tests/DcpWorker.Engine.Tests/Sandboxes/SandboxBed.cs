using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Sandboxes;

/// <summary>Sandboxes in real evaluators behind a real daemon, and a record of what work functions say.</summary>
internal sealed class SandboxBed : IAsyncDisposable
{
    internal SandboxBed(Func<InetDaemonOptions, InetDaemonOptions>? change = null) => Daemon = TestDaemon.OfEvaluators(change);

    internal TestDaemon Daemon { get; }

    internal EvaluatorLocation Location => new("127.0.0.1", Daemon.Daemon.Endpoint.Port);

    internal SandboxOptions Options { get; init; } = new();

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal List<SandboxMessage> Messages { get; } = [];

    internal Task<Sandbox> StartAsync() =>
        Sandbox.StartAsync(Location, Options, Time, NullLogger.Instance, CancellationToken.None).WaitAsync(TestDaemon.Patience);

    internal Task<Sandbox> AssignAsync(string workFunction) => AssignAsync(new JobAssignment { JobId = "jTest", WorkFunction = workFunction });

    internal async Task<Sandbox> AssignAsync(JobAssignment job)
    {
        Sandbox sandbox = await StartAsync();
        await sandbox.AssignAsync(job, CancellationToken.None).WaitAsync(TestDaemon.Patience);
        return sandbox;
    }

    internal Task<SliceOutcome> WorkAsync(Sandbox sandbox, JsValue datum) =>
        sandbox.WorkAsync(datum, Record, CancellationToken.None).WaitAsync(TestDaemon.Patience);

    /// <summary>Runs one slice in a sandbox of its own.</summary>
    internal async Task<SliceOutcome> RunAsync(string workFunction, JsValue datum)
    {
        await using Sandbox sandbox = await AssignAsync(workFunction);
        return await WorkAsync(sandbox, datum);
    }

    internal ValueTask Record(SandboxMessage message)
    {
        lock (Messages)
        {
            Messages.Add(message);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Process id of the evaluator started last.</summary>
    internal int EvaluatorProcess() => Daemon.EventsSoFar().OfType<ConnectionOpened>().Last().ProcessId;

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();
}
