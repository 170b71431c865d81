using System.Text;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// What a scheduler says about itself and its network: where its services are, and the tuning that clients are to use.
/// Source: <c>GET &lt;scheduler&gt;/etc/dcp-config.kvin</c> of the Distributed Compute Protocol 5.
/// </summary>
public sealed class SchedulerConfiguration
{
    private const string Path = "/etc/dcp-config.kvin";

    /// <summary>The format that is asked for: KVIN of version 9, as dcp-client 5 does.</summary>
    private const string Format = "ver=2.1.0";

    /// <summary>The version of the client's protocol, which the scheduler's range of versions must contain.</summary>
    private const string ClientVersion = "5.0.0";

    /// <summary>Largest configuration that is read, in bytes; real ones have a few thousand.</summary>
    private const int MaxSize = 4 * 1024 * 1024;

    private const int MostMessagesPerBatch = 1000;

    /// <summary>Longest time to try to connect that is taken from a configuration, in seconds: a week.</summary>
    private const double LongestTimeout = 7 * 86_400;

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Takes a configuration that is already decoded.</summary>
    /// <param name="scheduler">The location that it was asked from.</param>
    /// <param name="raw">The decoded object graph.</param>
    public SchedulerConfiguration(Uri scheduler, JsObject raw)
    {
        Scheduler = scheduler;
        Raw = raw;
    }

    /// <summary>The scheduler's location, as it was asked; its origin may always be fetched from.</summary>
    public Uri Scheduler { get; }

    /// <summary>
    /// Everything that the scheduler said, without the parts that a remote party must not decide
    /// (<c>system</c>, <c>bundle</c>, <c>worker</c>, <c>evaluator</c>, <c>standaloneWorker</c>, <c>inetDaemon</c>, <c>logging</c>).
    /// </summary>
    public JsObject Raw { get; }

    /// <summary>Where accounts are looked up and transfers are made.</summary>
    /// <exception cref="SchedulerConfigurationException">The scheduler does not say.</exception>
    public Uri BankTeller => Locate("bank.services.bankTeller.location", Raw["bank"]["services"]["bankTeller"]["location"]);

    /// <summary>Where modules of jobs come from.</summary>
    /// <exception cref="SchedulerConfigurationException">The scheduler does not say.</exception>
    public Uri PackageManager => Locate("packageManager.location", Raw["packageManager"]["location"]);

    /// <summary>Where a service of the scheduler is.</summary>
    /// <param name="name"><c>jobSubmit</c>, <c>resultSubmitter</c>, <c>eventRouter</c>, <c>taskDistributor</c> or <c>computeGroups</c>.</param>
    /// <exception cref="SchedulerConfigurationException">The scheduler does not say.</exception>
    public Uri Service(string name) =>
        Locate($"scheduler.services.{name}.location", Raw["scheduler"]["services"][name]["location"]);

    /// <summary>
    /// How to connect to a service: <c>dcp.connectionOptions</c> of <c>default</c>, over it that of the service's host, over it that
    /// of its origin. What makes no sense is passed over.
    /// </summary>
    /// <param name="service">Where the service is.</param>
    /// <param name="otherwise">What is not said.</param>
    public ConnectionOptions Connection(Uri service, ConnectionOptions otherwise)
    {
        ConnectionOptions options = otherwise;
        foreach (string whose in (ReadOnlySpan<string>)["default", service.Host, service.GetLeftPart(UriPartial.Authority)])
        {
            JsValue said = Raw["dcp"]["connectionOptions"][whose];
            options = options with
            {
                ConnectTimeout = Seconds(said["connectTimeout"]) ?? options.ConnectTimeout,
                ReconnectTimeout = Seconds(said["reconnectTimeout"]) ?? options.ReconnectTimeout,
                AllowBatch = said["allowBatch"].AsBoolean() ?? options.AllowBatch,
                MaxMessagesPerBatch = said["maxMessagesPerBatch"].AsInt32() is { } most and >= 1 and <= MostMessagesPerBatch ? most : options.MaxMessagesPerBatch,
            };
        }

        return options;

        static TimeSpan? Seconds(JsValue value) => value.AsNumber() is { } seconds and > 0 and <= LongestTimeout ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Asks the scheduler for its configuration.</summary>
    /// <param name="scheduler">The scheduler's location, for example <c>https://scheduler.distributed.computer/</c>.</param>
    /// <param name="http">Client to ask with; it should follow redirects, at most 20.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SchedulerUnreachableException">No answer within a minute, or an HTTP status other than 200.</exception>
    /// <exception cref="SchedulerConfigurationException">The answer is no configuration, or one of another protocol.</exception>
    public static Task<SchedulerConfiguration> FetchAsync(Uri scheduler, HttpClient http, CancellationToken ct) =>
        FetchAsync(scheduler, null, http, ct);

    /// <summary>As <see cref="FetchAsync(Uri, HttpClient, CancellationToken)"/>, from another place than the usual one below the scheduler.</summary>
    /// <param name="scheduler">The scheduler's location.</param>
    /// <param name="source">Where its configuration is (<c>scheduler.configLocation</c>); null: the usual place.</param>
    /// <param name="http">Client to ask with; it should follow redirects, at most 20.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SchedulerUnreachableException">No answer within a minute, or an HTTP status other than 200.</exception>
    /// <exception cref="SchedulerConfigurationException">The answer is no configuration, or one of another protocol.</exception>
    public static async Task<SchedulerConfiguration> FetchAsync(Uri scheduler, Uri? source, HttpClient http, CancellationToken ct)
    {
        UriBuilder asked = new(source ?? new Uri(scheduler, Path)) { Query = Format };
        Uri location = asked.Uri;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(FetchTimeout);
        try
        {
            using HttpResponseMessage response = await http
                .GetAsync(location, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode != System.Net.HttpStatusCode.OK)
            {
                throw new SchedulerUnreachableException(
                    $"The scheduler answered {location} with HTTP status {(int)response.StatusCode}: check the scheduler's location.");
            }

            return Parse(scheduler, await ReadTextAsync(response, location, limit.Token).ConfigureAwait(false));
        }
        catch (HttpRequestException e)
        {
            throw new SchedulerUnreachableException($"The scheduler at {scheduler} cannot be reached: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new SchedulerUnreachableException($"The scheduler at {scheduler} broke off its answer: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SchedulerUnreachableException(
                $"The scheduler at {scheduler} did not answer within {FetchTimeout.TotalSeconds:0} seconds.", e);
        }
    }

    /// <summary>What the scheduler says, and over it what this site sets itself.</summary>
    /// <param name="scheduler">The scheduler's location.</param>
    /// <param name="network">What the site sets.</param>
    /// <param name="http">Client to ask with; it should follow redirects, at most 20.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SchedulerUnreachableException">No answer within a minute, or an HTTP status other than 200.</exception>
    /// <exception cref="SchedulerConfigurationException">The answer is no configuration, or one of another protocol.</exception>
    public static async Task<SchedulerConfiguration> ReadAsync(Uri scheduler, NetworkSettings network, HttpClient http, CancellationToken ct)
    {
        SchedulerConfiguration asked = network.AsksScheduler
            ? await FetchAsync(scheduler, network.ConfigurationLocation, http, ct).ConfigureAwait(false)
            : new SchedulerConfiguration(scheduler, []);
        return asked.With(network.Values);
    }

    /// <summary>Decodes the text of a configuration.</summary>
    /// <exception cref="SchedulerConfigurationException">The text is no configuration.</exception>
    public static SchedulerConfiguration Parse(Uri scheduler, string text)
    {
        JsValue value;
        try
        {
            value = KvinReader.Deserialize(text);
        }
        catch (SerializationException e)
        {
            throw new SchedulerConfigurationException(
                $"What {scheduler} answered is no scheduler configuration ({e.Message}): check the scheduler's location.", e);
        }

        if (value is not JsObject raw || raw["scheduler"] is not JsObject)
        {
            throw new SchedulerConfigurationException(
                $"What {scheduler} answered has no 'scheduler' section: check the scheduler's location.");
        }

        // a scheduler that does not say serves whoever speaks to it
        if (raw["scheduler"]["compatibility"]["minimum"]["dcp"].AsString() is { } range && !VersionRange.Contains(range, ClientVersion))
        {
            throw new SchedulerConfigurationException(
                $"The scheduler at {scheduler} serves clients of version {range}, this one speaks the protocol of version {ClientVersion}: update one of them.");
        }

        foreach (string forbidden in raw.Names.Where(RemoteConfiguration.IsForbidden).ToArray())
        {
            raw.Remove(forbidden);
        }

        return new SchedulerConfiguration(scheduler, raw);
    }

    /// <summary>
    /// With what this site sets differently, which wins: locations of services above all. The object itself stays as it is.
    /// </summary>
    /// <param name="settings">Path (<c>scheduler.services.eventRouter.location</c>) and value.</param>
    public SchedulerConfiguration With(IReadOnlyDictionary<string, JsValue> settings)
    {
        if (settings.Count == 0)
        {
            return this;
        }

        JsObject raw = Copy(Raw);
        foreach ((string path, JsValue value) in settings)
        {
            string[] names = path.Split('.');
            JsObject parent = raw;
            foreach (string name in names[..^1])
            {
                JsObject child = parent[name] is JsObject inner and not JsUrl ? Copy(inner) : [];
                parent[name] = child;
                parent = child;
            }

            parent[names[^1]] = value;
        }

        return new SchedulerConfiguration(Scheduler, raw);
    }

    private static JsObject Copy(JsObject from)
    {
        JsObject copy = [];
        foreach ((string name, JsValue value) in from)
        {
            copy[name] = value;
        }

        return copy;
    }

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, Uri location, CancellationToken ct)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using MemoryStream text = new();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > MaxSize)
            {
                throw new SchedulerConfigurationException($"What {location} answered is longer than {MaxSize} bytes: no configuration.");
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private Uri Locate(string name, JsValue value) =>
        Uri.TryCreate((value as JsUrl)?.Href ?? value.AsString(), UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https"
            ? uri
            : throw new SchedulerConfigurationException($"The configuration of {Scheduler} has no URL at {name}.");
}
