using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Control;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Services.Notification;

/// <summary>
/// Tells the service manager how this program does: the protocol of sd_notify(3), over the socket that <c>NOTIFY_SOCKET</c> names.
/// Where there is no such socket every call does nothing. Safe for threads.
/// </summary>
public sealed partial class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";
    private const int MaxStatus = 500;

    /// <summary>A manager that takes nothing in must not hold up the work.</summary>
    private const int SendLimitMilliseconds = 2000;

    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    private ServiceNotifier(UnixDomainSocketEndPoint? manager, TimeSpan? watchdog, ILogger log)
    {
        (_manager, _log) = (manager, log);
        if (manager is not null)
        {
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = SendLimitMilliseconds };
            WatchdogTimeout = watchdog;
        }
    }

    /// <summary>Whether there is a service manager to talk to.</summary>
    public bool IsConnected => _socket is not null;

    /// <summary>How long the manager waits for a ping (<see cref="Alive"/>) before it ends this program; null when it wants none.</summary>
    public TimeSpan? WatchdogTimeout { get; }

    /// <summary>
    /// What the environment of this process says. Its variables are taken out: they are not meant for the programs that this one
    /// starts.
    /// </summary>
    /// <param name="log">Where it says what is wrong with them.</param>
    public static ServiceNotifier FromProcess(ILogger log) => Create(Take(SocketVariable), Take(WatchdogVariable), Take(WatchdogProcessVariable), log);

    /// <summary>As <see cref="FromProcess"/>, from the values of the three variables.</summary>
    internal static ServiceNotifier Create(string? socket, string? watchdog, string? watchdogProcess, ILogger log)
    {
        if (string.IsNullOrEmpty(socket))
        {
            return new ServiceNotifier(null, null, log);
        }

        // an abstract name begins with a zero byte, which no variable can hold
        string address = socket[0] == '@' ? '\0' + socket[1..] : socket;
        if (socket[0] is not ('/' or '@') || Encoding.UTF8.GetByteCount(address) > 107)
        {
            LogBadSocket(log, socket);
            return new ServiceNotifier(null, null, log);
        }

        bool mine = string.IsNullOrEmpty(watchdogProcess) || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool wanted = long.TryParse(watchdog, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0;
        return new ServiceNotifier(
            new UnixDomainSocketEndPoint(address), mine && wanted ? TimeSpan.FromMicroseconds(Math.Min(microseconds, 1e15)) : null, log);
    }

    /// <summary>The program does what it is there for.</summary>
    /// <param name="status">What that is, on one line.</param>
    public void Ready(string status) => Send($"READY=1\nSTATUS={PlainText.Of(status, MaxStatus)}");

    /// <summary>What the program is doing, on one line for people.</summary>
    public void Status(string status) => Send($"STATUS={PlainText.Of(status, MaxStatus)}");

    /// <summary>The program is about to end.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Starting or stopping may go on for so long from now on, whatever limit was set.</summary>
    public void Extend(TimeSpan time) => Send(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)time.TotalMicroseconds}"));

    /// <summary>The program goes on working: the ping that a watchdog wants.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _socket?.Dispose();
        }
    }

    private static string? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    private void Send(string message)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            // to the name each time: a manager that is started anew makes the socket anew
            lock (_gate)
            {
                _socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
            }
        }
        catch (SocketException e)
        {
            LogNotSent(message.Split('=', 2)[0], e.Message);
        }
        catch (ObjectDisposedException)
        {
            // said too late to matter to anybody
            LogNotSent(message.Split('=', 2)[0], "the program ends");
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "The service manager could not be told {What}: {Reason}")]
    private partial void LogNotSent(string what, string reason);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "NOTIFY_SOCKET names no Unix socket by an absolute path or an abstract name: '{Socket}'. The service manager is not told anything")]
    private static partial void LogBadSocket(ILogger log, string socket);
}
