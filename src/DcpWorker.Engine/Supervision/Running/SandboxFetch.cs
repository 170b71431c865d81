using System.Net.Http.Headers;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Supervision.Running;

/// <summary>
/// A work function's own <c>fetch</c>. Only origins that the owner of this worker lists for every purpose, or that the
/// scheduler lists for the job's compute group, can be reached.
/// </summary>
internal sealed class SandboxFetch(OriginPolicy origins, HttpClient http, SupervisorTuning tuning, TimeProvider time)
{
    private const int MaxRedirects = 20;

    /// <summary>Connection handling is ours; the rest is the work function's.</summary>
    private static readonly HashSet<string> ForbiddenHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "via",
    };

    /// <summary>Takes the request's data, gives the response's.</summary>
    /// <exception cref="ArtifactException">The origin is not allowed, or nothing usable came back.</exception>
    public async Task<JsValue> FetchAsync(JsValue request, string? group, CancellationToken ct)
    {
        using CancellationTokenSource limit = new(tuning.ArtifactTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            string method = (request["method"].AsString() ?? "GET").ToUpperInvariant();
            Uri uri = Allowed(request["url"].AsString() ?? "", group);
            for (int hop = 0; hop <= MaxRedirects; hop++)
            {
                using HttpRequestMessage message = Build(new HttpMethod(method), uri, request);
                using HttpResponseMessage response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } next)
                {
                    method = (int)response.StatusCode is 307 or 308 || method == "HEAD" ? method : "GET";
                    uri = Allowed(new Uri(uri, next).AbsoluteUri, group);
                    continue;
                }

                return await AnswerAsync(uri, response, either.Token).ConfigureAwait(false);
            }

            throw new ArtifactException(ArtifactException.FetchCode, $"{uri} redirects more than {MaxRedirects} times.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or FormatException or InvalidOperationException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ArtifactException(ArtifactException.FetchCode, $"The fetch failed: {e.Message}", e);
        }
    }

    private static HttpRequestMessage Build(HttpMethod method, Uri uri, JsValue request)
    {
        HttpRequestMessage message = new(method, uri);
        if (request["bodyBuffer"] is JsTypedArray body && method != HttpMethod.Get && method != HttpMethod.Head)
        {
            message.Content = new ByteArrayContent(body.Bytes.ToArray());
        }

        foreach (JsValue? entry in (request["headersEntries"] as JsArray)?.Items ?? [])
        {
            if (entry is not JsArray { Items.Count: 2 } pair || pair[0].AsString() is not { } name || pair[1].AsString() is not { } value || ForbiddenHeaders.Contains(name))
            {
                continue;
            }

            if (!message.Headers.TryAddWithoutValidation(name, value) && message.Content is not null)
            {
                message.Content.Headers.Remove(name);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private async Task<JsValue> AnswerAsync(Uri uri, HttpResponseMessage response, CancellationToken ct)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using MemoryStream content = new();
        byte[] buffer = new byte[64 * 1024];
        for (int n; (n = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            if (content.Length + n > tuning.MaxArtifactSize)
            {
                throw new ArtifactException(ArtifactException.FetchCode, $"{uri} has more than {tuning.MaxArtifactSize} bytes, the most that is taken.");
            }

            content.Write(buffer, 0, n);
        }

        return new JsObject
        {
            ["url"] = uri.AbsoluteUri,
            ["status"] = (int)response.StatusCode,
            ["statusText"] = response.ReasonPhrase ?? "",
            ["headersEntries"] = new JsArray(Headers(response.Headers).Concat(Headers(response.Content.Headers))),
            ["bodyBuffer"] = new JsTypedArray(TypedArrayKind.Uint8Array, content.ToArray()),
        };
    }

    private static IEnumerable<JsValue?> Headers(HttpHeaders headers) =>
        headers.Select(JsValue? (h) => new JsArray(h.Key.ToLowerInvariant(), string.Join(", ", h.Value)));

    private Uri Allowed(string url, string? group) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && origins.IsAllowed(uri, FetchPurpose.Sandbox, group)
            ? uri
            : throw new ArtifactException(ArtifactException.OriginCode, "The owner of this worker does not allow work functions to fetch from that origin.");
}
