using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Services.Notification;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Services;

/// <summary>The service manager's end of a notification socket.</summary>
internal sealed class TestManager : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public TestManager(bool isAbstract = false)
    {
        string path = Path.Combine(_folder.Path, "notify");
        Address = isAbstract ? $"@dcp-test-{Path.GetFileName(_folder.Path)}" : path;
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + Address[1..] : path));
    }

    /// <summary>What NOTIFY_SOCKET is to say.</summary>
    public string Address { get; }

    /// <summary>Every message so far.</summary>
    public IReadOnlyList<string> Heard => _heard;

    public ServiceNotifier Notifier(TimeSpan? watchdog = null) =>
        ServiceNotifier.Create(Address, watchdog is { } limit ? $"{(long)limit.TotalMicroseconds}" : null, null, NullLogger.Instance);

    public async Task<string> NextAsync()
    {
        byte[] buffer = new byte[8192];
        using CancellationTokenSource limit = new(Patience);
        int length = await _socket.ReceiveAsync(buffer, limit.Token);
        string message = Encoding.UTF8.GetString(buffer, 0, length);
        _heard.Add(message);
        return message;
    }

    /// <summary>The first message from here on that begins so.</summary>
    public async Task<string> UntilAsync(string beginning, string containing = "")
    {
        try
        {
            while (true)
            {
                string message = await NextAsync();
                if (message.StartsWith(beginning, StringComparison.Ordinal) && message.Contains(containing, StringComparison.Ordinal))
                {
                    return message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nothing said '{beginning}…{containing}…'. Heard:\n{string.Join("\n--\n", _heard)}");
        }
    }

    /// <summary>Whether something has been said that was not looked at.</summary>
    public bool HasMore => _socket.Available > 0;

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }
}
