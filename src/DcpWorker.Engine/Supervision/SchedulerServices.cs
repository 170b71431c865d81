using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>The worker's connections: one to each service that it needs.</summary>
internal sealed class SchedulerServices : IAsyncDisposable
{
    private readonly WorkerEventHub _events;
    private readonly TimeProvider _time;

    public SchedulerServices(
        SchedulerConfiguration scheduler, PrivateKey identity, WorkerOptions options, WorkerEventHub events, TimeProvider time, ILoggerFactory logs)
    {
        (_events, _time) = (events, time);
        ILogger log = logs.CreateLogger("DcpWorker.Connections");
        IdentityCache identities = Identities(options, log);
        ServiceConnection Make(string name, Uri location) => Watch(name, new ServiceConnection(location, identity, scheduler.Connection(location, options.ConnectionOptions), identities, time, log));

        TaskDistributor = Make("taskDistributor", scheduler.Service("taskDistributor"));
        ResultSubmitter = Make("resultSubmitter", scheduler.Service("resultSubmitter"));
        EventRouter = Make("eventRouter", scheduler.Service("eventRouter"));
        PackageManager = Make("packageManager", scheduler.PackageManager);
    }

    public ServiceConnection TaskDistributor { get; }

    public ServiceConnection ResultSubmitter { get; }

    public ServiceConnection EventRouter { get; }

    public ServiceConnection PackageManager { get; }

    /// <summary>Begins to connect; the package manager's connection waits until a job requires modules.</summary>
    public void Start()
    {
        TaskDistributor.Start();
        ResultSubmitter.Start();
        EventRouter.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(
        new[] { TaskDistributor, ResultSubmitter, EventRouter, PackageManager }.Select(s => s.DisposeAsync().AsTask())).ConfigureAwait(false);

    /// <summary>Only this site may have identities forgotten: a scheduler must not.</summary>
    private static IdentityCache Identities(WorkerOptions options, ILogger log)
    {
        JsValue disable = options.Network.Values.GetValueOrDefault("dcp.identityCache.disable") ?? JsValue.Undefined;
        string? name = options.Network.Values.GetValueOrDefault("dcp.identityCache.filename")?.AsString();
        string? path = disable is JsBoolean { Value: true } ? null : Path.Combine(options.ResourceDirectory, name ?? IdentityCache.FileName);
        return new IdentityCache(path, log, write: disable.AsString() != "write");
    }

    private ServiceConnection Watch(string name, ServiceConnection service)
    {
        service.OnReady = (_, _) =>
        {
            _events.Publish(new ServiceConnected(_time.GetUtcNow(), name, service.Service));
            return Task.CompletedTask;
        };
        service.OnLost = e => _events.Publish(new ServiceDisconnected(_time.GetUtcNow(), name, e.Code));
        return service;
    }
}
