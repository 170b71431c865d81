using System.Net;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>
/// Fetches what jobs and slices are made of. Every hop of a redirect is held against the allowed origins; size and time
/// are bounded; a server that fails is left alone for a while.
/// </summary>
internal sealed class ArtifactFetcher(OriginPolicy origins, HttpClient http, SupervisorTuning tuning, TimeProvider time) : IDisposable
{
    private const int MaxRedirects = 20;
    private const int MaxConcurrent = 16;

    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly FetchBackoff _backoff = new(tuning.MinFetchBackoff, tuning.MaxFetchBackoff, time);

    /// <summary>A client as this class needs it: it must not follow redirects by itself.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether a location needs no network.</summary>
    public static bool IsInline(string location) => location.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Fetches and decodes.</summary>
    /// <exception cref="ArtifactException">It cannot be had.</exception>
    public async Task<Artifact> FetchAsync(string location, FetchPurpose purpose, string? group, CancellationToken ct)
    {
        if (IsInline(location))
        {
            return DecodeInline(location);
        }

        (string? contentType, byte[] content) = await DownloadAsync(location, purpose, group, tuning.MaxArtifactSize, ct).ConfigureAwait(false);
        return new Artifact(Decode(location, contentType, content), content.Length);
    }

    /// <summary>Decodes a <c>data:</c> location.</summary>
    /// <exception cref="ArtifactException"><c>EFETCH</c>: it is malformed.</exception>
    public static Artifact DecodeInline(string location)
    {
        try
        {
            return new Artifact(DataUri.Decode(location), location.Length);
        }
        catch (SerializationException e)
        {
            throw new ArtifactException(ArtifactException.FetchCode, $"A data: location cannot be decoded: {e.Message}", e);
        }
    }

    /// <summary>Fetches raw bytes.</summary>
    /// <exception cref="ArtifactException">It cannot be had, or has more than <paramref name="maxSize"/> bytes.</exception>
    public async Task<(string? ContentType, byte[] Content)> DownloadAsync(
        string location, FetchPurpose purpose, string? group, long maxSize, CancellationToken ct)
    {
        Uri uri = Allowed(location, purpose, group);
        if (_backoff.Remaining(uri) is { Ticks: > 0 } wait)
        {
            throw new ArtifactException(ArtifactException.HttpCode, $"{OriginPolicy.Origin(uri)} failed a moment ago and is left alone for {wait.TotalSeconds:0} s.");
        }

        await _slots.WaitAsync(ct).ConfigureAwait(false);
        using CancellationTokenSource limit = new(tuning.ArtifactTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            (string? ContentType, byte[] Content) result = await GetAsync(uri, purpose, group, maxSize, either.Token).ConfigureAwait(false);
            _backoff.Succeeded(uri);
            return result;
        }
        catch (Exception e) when (IsTroubleOfServer(e))
        {
            _backoff.Failed(uri);
            throw new ArtifactException(ArtifactException.HttpCode, $"{uri} cannot be fetched: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            _backoff.Failed(uri);
            throw new ArtifactException(ArtifactException.HttpCode, $"{uri} did not arrive within {tuning.ArtifactTimeout.TotalSeconds:0} s.", e);
        }
        catch (ArtifactException e) when (e.Code == ArtifactException.HttpCode)
        {
            _backoff.Failed(uri);
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Sends a form to a location that a job wants its results at, and returns the text of the answer.</summary>
    /// <exception cref="ArtifactException">The location is not allowed or did not take it.</exception>
    public async Task<(string ContentType, string Text)> PostFormAsync(
        string location, IEnumerable<KeyValuePair<string, string>> form, string? group, TimeSpan timeout, CancellationToken ct)
    {
        Uri uri = Allowed(location, FetchPurpose.SendResults, group);
        using CancellationTokenSource limit = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, uri) { Content = new FormUrlEncodedContent(form) };

            // the body is read here, as far as it may go: a compressed one can be of any size
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new ArtifactException(ArtifactException.HttpCode, $"{uri} did not take a result: HTTP status {(int)response.StatusCode}.");
            }

            byte[] answer = await ReadAsync(response, uri, 1024 * 1024, either.Token).ConfigureAwait(false);
            return (response.Content.Headers.ContentType?.MediaType ?? "text/plain", System.Text.Encoding.UTF8.GetString(answer));
        }
        catch (Exception e) when (IsTroubleOfServer(e) || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ArtifactException(ArtifactException.HttpCode, $"{uri} did not take a result: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<(string? ContentType, byte[] Content)> GetAsync(Uri uri, FetchPurpose purpose, string? group, long maxSize, CancellationToken ct)
    {
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            using HttpResponseMessage response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } next)
            {
                uri = Allowed(new Uri(uri, next).AbsoluteUri, purpose, group);
                continue;
            }

            return response.IsSuccessStatusCode
                ? (response.Content.Headers.ContentType?.ToString(), await ReadAsync(response, uri, maxSize, ct).ConfigureAwait(false))
                : throw new ArtifactException(ArtifactException.HttpCode, $"{uri} answered with HTTP status {(int)response.StatusCode}.");
        }

        throw new ArtifactException(ArtifactException.FetchCode, $"{uri} redirects more than {MaxRedirects} times.");
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri uri, long maxSize, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > maxSize)
        {
            throw TooLarge(uri, maxSize);
        }

        using Stream stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using MemoryStream content = new();
        byte[] buffer = new byte[64 * 1024];
        for (int n; (n = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            if (content.Length + n > maxSize)
            {
                throw TooLarge(uri, maxSize);
            }

            content.Write(buffer, 0, n);
        }

        return content.ToArray();
    }

    /// <summary>Whether this says that an answer could not be had or read: bodies that cannot be decompressed and impossible redirects throw what they like.</summary>
    private static bool IsTroubleOfServer(Exception e) =>
        e is HttpRequestException or IOException or InvalidDataException or InvalidOperationException or FormatException;

    private static ArtifactException TooLarge(Uri uri, long maxSize) =>
        new(ArtifactException.FetchCode, $"{uri} has more than {maxSize} bytes, the most that is taken.");

    private static JsValue Decode(string location, string? contentType, byte[] content)
    {
        try
        {
            return ContentDecoder.Decode(contentType ?? "text/plain", content);
        }
        catch (SerializationException e)
        {
            throw new ArtifactException(ArtifactException.FetchCode, $"{location} is not what its content type ({contentType}) says: {e.Message}", e);
        }
    }

    private Uri Allowed(string location, FetchPurpose purpose, string? group)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out Uri? uri))
        {
            throw new ArtifactException(ArtifactException.FetchCode, "A location is not an absolute URL.");
        }

        return origins.IsAllowed(uri, purpose, group)
            ? uri
            : throw new ArtifactException(
                ArtifactException.OriginCode,
                $"{OriginPolicy.Origin(uri)} is not among the origins allowed for this purpose ({purpose}); add it to the worker's allowed origins if you trust it.");
    }
}
