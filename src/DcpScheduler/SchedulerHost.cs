using System.Net;
using DcpScheduler.Domain;
using DcpScheduler.Services;
using DcpScheduler.Storage;
using DcpScheduler.Web;
using DcpWorker.Engine.Keystores;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DcpScheduler;

/// <summary>A running scheduler: everything put together, and taken apart in order.</summary>
internal sealed class SchedulerHost : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly DataDirectory _directory;
    private readonly Database _database;
    private readonly PrivateKey _key;
    private readonly WebApplication _app;
    private readonly ServiceEndpoint _endpoint;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sweeping;

    private SchedulerHost(DataDirectory directory, Database database, PrivateKey key, WebApplication app, ServiceEndpoint endpoint, WorkerBook workers, WorkArrival arrival, Uri url)
    {
        (_directory, _database, _key, _app, _endpoint, Url) = (directory, database, key, app, endpoint, url);
        _sweeping = SweepAsync(workers, arrival);
    }

    /// <summary>Where clients find it.</summary>
    public Uri Url { get; }

    /// <summary>The address that signs its messages.</summary>
    public Address Address => _key.Address;

    /// <summary>Completes when the process is told to stop.</summary>
    public async Task WaitForShutdownAsync()
    {
        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = _app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.ConfigureAwait(false);
    }

    /// <summary>Opens the data directory, takes all jobs up again, and listens.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="level">Least level of what it logs.</param>
    /// <param name="log">Where it logs; it must make whatever peers write fit for a log.</param>
    /// <exception cref="StorageException">The data directory cannot be used.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<SchedulerHost> StartAsync(SchedulerOptions options, TimeProvider time, LogLevel level, ILoggerProvider log)
    {
        DataDirectory directory = DataDirectory.Open(options.DataDirectory);
        Database? database = null;
        WebApplication? app = null;
        try
        {
            PrivateKey key = directory.LoadOrCreateKey();
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });
            ConfigureWeb(builder, options, level, log);
            using ILoggerFactory early = LoggerFactory.Create(logging => ConfigureLogging(logging, level, log));
            database = Database.Open(directory.DatabasePath, early.CreateLogger<Database>());
            AddServices(builder.Services, options, time, database, key);
            app = builder.Build();
            await app.Services.GetRequiredService<JobControl>().LoadAsync().ConfigureAwait(false);

            ServiceEndpoint endpoint = ActivatorUtilities.CreateInstance<ServiceEndpoint>(app.Services);
            SchedulerAddress address = app.Services.GetRequiredService<SchedulerAddress>();
            app.UseWebSockets();
            app.Use(async (context, next) =>
            {
                if (!await endpoint.TryServeAsync(context).ConfigureAwait(false))
                {
                    await next(context).ConfigureAwait(false);
                }
            });
            app.MapGet("/etc/dcp-config.kvin", (string? ver) => ConfigurationText.Write(address.Url, ver) is { } text
                ? Results.Text(text.Text, text.MediaType, System.Text.Encoding.UTF8)
                : Results.BadRequest("There is no such version of the configuration: 2.1.0, 2.0.0 and 1.0.0 are served.\n"));
            app.MapGet("/", () => Results.Text($"dcp-scheduler, identity {key.Address}\n"));
            app.Services.GetRequiredService<ArtifactEndpoint>().Map(app);
            await app.StartAsync().ConfigureAwait(false);
            address.Url = options.PublicUrl ?? BoundUrl(app, options);
            return new SchedulerHost(directory, database, key, app, endpoint, app.Services.GetRequiredService<WorkerBook>(), app.Services.GetRequiredService<WorkArrival>(), address.Url);
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }

            if (database is not null)
            {
                await database.DisposeAsync().ConfigureAwait(false);
            }

            directory.Dispose();
            throw;
        }
    }

    /// <summary>Tells peers, stops listening, writes what waits, and frees the data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _key.Dispose();
        _directory.Dispose();
        _stopping.Dispose();
    }

    private static void ConfigureWeb(WebApplicationBuilder builder, SchedulerOptions options, LogLevel level, ILoggerProvider log)
    {
        ConfigureLogging(builder.Logging, level, log);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1_000_000;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 2 * options.MaxConnections;
            kestrel.Limits.MaxConcurrentConnections = 4 * options.MaxConnections;
            if (IPAddress.TryParse(options.Host, out IPAddress? address))
            {
                kestrel.Listen(address, options.Port);
            }
            else if (options.Host == "localhost" && options.Port != 0)
            {
                kestrel.ListenLocalhost(options.Port);
            }
            else
            {
                kestrel.Listen(Dns.GetHostAddresses(options.Host)[0], options.Port);
            }
        });
    }

    private static void ConfigureLogging(ILoggingBuilder logging, LogLevel level, ILoggerProvider log)
    {
        logging.ClearProviders();
        logging.AddProvider(log);
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
    }

    private static void AddServices(IServiceCollection services, SchedulerOptions options, TimeProvider time, Database database, PrivateKey key)
    {
        services.AddSingleton(options).AddSingleton(time).AddSingleton(database).AddSingleton(key);
        services.AddSingleton<SchedulerAddress>().AddSingleton<ArtifactAddresses>().AddSingleton<ArtifactEndpoint>();
        services.AddSingleton<JobStore>().AddSingleton<EventStore>().AddSingleton<ModuleStore>().AddSingleton<Ledger>();
        services.AddSingleton<JobBook>().AddSingleton<JobControl>().AddSingleton<WorkerBook>().AddSingleton<TaskPlanner>().AddSingleton<WorkArrival>();
        services.AddSingleton<WorkerCommands>().AddSingleton<IWorkerCommands>(s => s.GetRequiredService<WorkerCommands>());
        services.AddSingleton<GroupAccess>().AddSingleton<TaskAuthority>();
        services.AddSingleton<IService, JobSubmitService>().AddSingleton<IService, ComputeGroupsService>().AddSingleton<IService, TaskDistributorService>();
        services.AddSingleton<IService, ResultSubmitterService>().AddSingleton<IService, EventRouterService>().AddSingleton<IService, PackageManagerService>();
        services.AddSingleton<IService, BankTellerService>().AddSingleton<IService, PhemeService>();
    }

    private static Uri BoundUrl(WebApplication app, SchedulerOptions options)
    {
        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        UriBuilder url = new(bound) { Path = "/" };
        if (IPAddress.TryParse(options.Host, out IPAddress? address))
        {
            url.Host = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : url.Host;
        }
        else
        {
            url.Host = options.Host;
        }

        return url.Uri;
    }

    private async Task SweepAsync(WorkerBook workers, WorkArrival arrival)
    {
        ILogger log = _app.Services.GetRequiredService<ILogger<SchedulerHost>>();
        using PeriodicTimer timer = new(SweepInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    if (await workers.SweepAsync().ConfigureAwait(false))
                    {
                        arrival.Announce();
                    }
                }
                catch (Exception e)
                {
                    JobLog.SweepFailed(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the scheduler stops
        }
    }
}
