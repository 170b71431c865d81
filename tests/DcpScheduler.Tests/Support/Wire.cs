using System.Net;
using System.Net.Sockets;

namespace DcpScheduler.Tests.Support;

/// <summary>Passes bytes between clients and a scheduler. It can be cut, as a network is, without anybody saying goodbye, and mended.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _ends = [];
    private readonly Uri _scheduler;
    private readonly Task _accepting;
    private bool _cut;

    public Wire(Uri scheduler)
    {
        _scheduler = scheduler;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new UriBuilder(_scheduler) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public void Cut()
    {
        lock (_ends)
        {
            _cut = true;
            _ends.ForEach(e => e.Dispose());
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_ends)
        {
            _cut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task PassAsync(TcpClient client, CancellationToken ct)
    {
        using TcpClient scheduler = new();
        using (client)
        {
            try
            {
                await scheduler.ConnectAsync(IPAddress.Loopback, _scheduler.Port, ct);
                (client.NoDelay, scheduler.NoDelay) = (true, true);
                lock (_ends)
                {
                    if (_cut)
                    {
                        return;
                    }

                    _ends.AddRange([client, scheduler]);
                }

                await Task.WhenAny(client.GetStream().CopyToAsync(scheduler.GetStream(), ct), scheduler.GetStream().CopyToAsync(client.GetStream(), ct));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // cut
            }
        }
    }
}
