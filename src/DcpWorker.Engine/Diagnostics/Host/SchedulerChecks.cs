using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>The way to the scheduler and to each of its services, and the clock.</summary>
internal sealed class SchedulerChecks(HostExaminationOptions options, CheckRunner runner, TimeProvider time, ILogger logger, string resourceDirectory)
{
    private static readonly string[] ServiceNames = ["taskDistributor", "resultSubmitter", "eventRouter"];

    public async Task<IReadOnlyList<HostCheck>> RunAsync(ConfigurationTree tree, CancellationToken cancellationToken)
    {
        WorkerLocation scheduler = new(options.Scheduler ?? new Uri(tree.Get("scheduler.location").ToString()!), NetworkSettings.Read(tree));
        Task<IReadOnlyList<HostCheck>> way = WayAsync([scheduler.Asked], cancellationToken);
        (HostCheck answer, HostCheck clock, SchedulerConfiguration? configuration) = await AskAsync(scheduler, cancellationToken).ConfigureAwait(false);
        List<(string Name, Uri? Location)> services = configuration is null ? [] : [.. ServiceNames.Select(name => (name, Locate(configuration, name)))];
        Uri[] further = [.. services.Select(s => s.Location).OfType<Uri>().Where(uri => uri.Authority != scheduler.Asked.Authority)];
        Task<IReadOnlyList<HostCheck>> furtherWay = WayAsync(further, cancellationToken);
        HostCheck[] sessions = services.Count == 0
            ? [runner.Skip(HostCheckNames.Service, "", "It is not known where the services are.")]
            : await Task.WhenAll(services.Select(s => ServiceAsync(s.Name, s.Location, cancellationToken))).ConfigureAwait(false);
        return [.. await way.ConfigureAwait(false), answer, clock, .. await furtherWay.ConfigureAwait(false), .. sessions];
    }

    /// <summary>Names and certificates on the way to <paramref name="locations"/>, each once.</summary>
    private async Task<IReadOnlyList<HostCheck>> WayAsync(Uri[] locations, CancellationToken cancellationToken)
    {
        if (locations.Select(ProxyOf).FirstOrDefault(p => p is not null) is { } proxy)
        {
            return [runner.Skip(HostCheckNames.Dns, locations[0].IdnHost, $"The proxy {proxy.GetLeftPart(UriPartial.Authority)} finds it.")];
        }

        IEnumerable<Task<HostCheck>> names = locations.DistinctBy(uri => uri.IdnHost).Select(uri => DnsAsync(uri, cancellationToken));
        IEnumerable<Task<HostCheck>> certificates = locations.Where(uri => uri.Scheme == Uri.UriSchemeHttps).DistinctBy(uri => uri.Authority)
            .Select(uri => new TlsCheck(options, time).RunAsync(uri, runner, cancellationToken));
        return await Task.WhenAll([.. names, .. certificates]).ConfigureAwait(false);
    }

    private Task<HostCheck> DnsAsync(Uri location, CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Dns,
        location.IdnHost,
        "Check the name in the configuration, and the name servers of this host.",
        options.Timeout,
        async ct =>
        {
            if (location.HostNameType != UriHostNameType.Dns)
            {
                return Finding.Skipped($"{location.Host} is an address.");
            }

            IPAddress[] addresses = await Dns.GetHostAddressesAsync(location.IdnHost, ct).ConfigureAwait(false);
            return Finding.Passed($"{location.Host} is {string.Join(", ", addresses.Select(a => a.ToString()))}.");
        },
        cancellationToken);

    private async Task<(HostCheck Answer, HostCheck Clock, SchedulerConfiguration? Configuration)> AskAsync(WorkerLocation scheduler, CancellationToken cancellationToken)
    {
        using ClockReader clock = new(time);
        using HttpClient http = new(clock);
        SchedulerConfiguration? configuration = null;
        HostCheck answer = await runner.LookAsync(
            HostCheckNames.Scheduler,
            scheduler.Scheduler.ToString(),
            "Check scheduler.location and the way there: name, port, firewall, proxy.",
            options.Timeout,
            async ct =>
            {
                configuration = await SchedulerConfiguration.ReadAsync(scheduler.Scheduler, scheduler.Network, http, ct).ConfigureAwait(false);
                return scheduler.Network.AsksScheduler ? Finding.Passed($"{scheduler.Asked} answers.") : Finding.Skipped("scheduler.configLocation says not to ask it.");
            },
            cancellationToken).ConfigureAwait(false);
        HostCheck comparison = await runner.LookAsync(
            HostCheckNames.Clock, scheduler.Asked.Authority, "", options.Timeout, _ => Task.FromResult(Compare(clock.Reading)), cancellationToken).ConfigureAwait(false);
        return (answer, comparison, configuration);
    }

    private Finding Compare((TimeSpan Ahead, TimeSpan Accuracy)? reading)
    {
        if (reading is not var (ahead, accuracy))
        {
            return Finding.Skipped("The scheduler did not say what time it is.");
        }

        TimeSpan atLeast = ahead.Duration() - accuracy;
        string detail = ahead.Duration() <= accuracy
            ? $"The clock agrees with the scheduler's to {accuracy.TotalSeconds:0.0} s."
            : $"The clock is {ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the scheduler's.";
        const string Remedy = "Have the clock set from the network: timedatectl set-ntp true.";
        return atLeast > options.ClockLimit ? Finding.Failed("ClockWrong", detail, Remedy)
            : atLeast > options.ClockTolerance ? Finding.Warning("ClockOff", detail, Remedy)
            : Finding.Passed(detail);
    }

    private Task<HostCheck> ServiceAsync(string name, Uri? location, CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Service,
        location is null ? name : $"{name} {location}",
        "Check the way there (firewall, proxy), or ask those who run the scheduler.",
        options.Timeout,
        ct => location is null
            ? Task.FromResult(Finding.Failed("ServiceUnknown", $"The scheduler does not say where its {name} is.", "Set its location in the configuration, or ask those who run the scheduler."))
            : ConnectAsync(name, location, ct),
        cancellationToken);

    private async Task<Finding> ConnectAsync(string name, Uri location, CancellationToken cancellationToken)
    {
        // A connection of the protocol tries again until its time is over; that nobody listens is known at once.
        if (ProxyOf(location) is null)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(location.IdnHost, location.Port, cancellationToken).ConfigureAwait(false);
        }

        // Somebody with a name of this moment only: the worker's own may be in use.
        using PrivateKey identity = PrivateKey.Create();
        IdentityCache known = new(Path.Combine(resourceDirectory, IdentityCache.FileName), logger, write: false);
        ConnectionOptions patience = new() { ConnectTimeout = options.Timeout, HandshakeTimeout = options.Timeout, CloseTimeout = TimeSpan.FromSeconds(1) };
        Connection connection = Connection.Initiate(location, identity, patience, known, time, logger);
        await using (connection.ConfigureAwait(false))
        {
            await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return Finding.Passed($"{name} accepts sessions, as {connection.PeerAddress}.");
        }
    }

    private static Uri? ProxyOf(Uri location) => HttpClient.DefaultProxy.IsBypassed(location) ? null : HttpClient.DefaultProxy.GetProxy(location);

    private static Uri? Locate(SchedulerConfiguration configuration, string name)
    {
        try
        {
            return configuration.Service(name);
        }
        catch (SchedulerConfigurationException)
        {
            return null;
        }
    }

    /// <summary>A scheduler, and what this site says of its network.</summary>
    private sealed record WorkerLocation(Uri Scheduler, NetworkSettings Network)
    {
        /// <summary>Who is asked for the scheduler's configuration.</summary>
        public Uri Asked => Network.ConfigurationLocation ?? Scheduler;
    }
}
