namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Reads the clock of whoever answers, from the <c>Date</c> of the answer (RFC 9110, 6.6.1), on the way.</summary>
internal sealed class ClockReader(TimeProvider time) : DelegatingHandler(new SocketsHttpHandler { MaxAutomaticRedirections = 20 })
{
    /// <summary>How far this host's clock is ahead of the other one, and how exactly that is known; null until an answer had a date.</summary>
    public (TimeSpan Ahead, TimeSpan Accuracy)? Reading { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        DateTimeOffset sent = time.GetUtcNow();
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        DateTimeOffset received = time.GetUtcNow();
        if (response.Headers.Date is { } date)
        {
            // The date is cut to whole seconds, servers look at their clock once a second, and the answer was given at some
            // time between question and receipt.
            TimeSpan half = TimeSpan.FromSeconds(1);
            TimeSpan way = (received - sent) / 2;
            Reading = (sent + way - (date + half), way + half);
        }

        return response;
    }
}
