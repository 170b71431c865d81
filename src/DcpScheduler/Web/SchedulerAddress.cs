namespace DcpScheduler.Web;

/// <summary>The base of all addresses that clients get; known once the port is bound.</summary>
internal sealed class SchedulerAddress
{
    private Uri? _url;

    /// <summary>Ends with a slash.</summary>
    public Uri Url
    {
        get => _url ?? throw new InvalidOperationException("The scheduler does not listen yet.");
        set => _url = value;
    }
}
