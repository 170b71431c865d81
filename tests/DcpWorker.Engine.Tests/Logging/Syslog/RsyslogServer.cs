using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Logging.Syslog;

/// <summary>
/// A real rsyslogd with a configuration, sockets and a folder of its own: UDP, TCP, TLS and two Unix sockets, one for local
/// readers' messages and one for those of RFC 5424. What it takes, it writes as JSON lines.
/// </summary>
internal sealed class RsyslogServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string? Program = Find();

    private readonly TemporaryFolder _folder = new();
    private readonly int _udp = FreePort();
    private Process? _process;
    private int _tcp;
    private int _tls;

    /// <summary>Why there is none; null when there is one.</summary>
    public static string? Missing => Program is not null ? null
        : "There is no rsyslogd, neither on PATH nor in artifacts/rsyslog: run ./build.sh test, or install rsyslog and rsyslog-openssl.";

    /// <summary>The authority that vouches for the server, as a file.</summary>
    public string CaFile => At("ca.pem");

    public RsyslogServer()
    {
        TestCertificates.Write(_folder.Path);
        Start();
    }

    /// <summary>The address of a way to the server, as options have it.</summary>
    public string Address(string way) => way switch
    {
        "unix" => $"unix:{At("log")}",
        "unix-5424" => $"unix:{At("log5424")}",
        "udp" => $"udp://127.0.0.1:{_udp}",
        "tcp" => $"tcp://127.0.0.1:{_tcp}",
        _ => $"tls://localhost:{_tls},ca-file={CaFile}",
    };

    /// <summary>The port for TLS.</summary>
    public int TlsPort => _tls;

    /// <summary>What it has taken so far.</summary>
    public IReadOnlyList<JsValue> Messages()
    {
        if (!File.Exists(At("messages")))
        {
            return [];
        }

        using StreamReader reader = new(new FileStream(At("messages"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = reader.ReadToEnd().Split('\n');
        // the last one is not complete yet, or nothing
        return [.. lines[..^1].Select(l => JsonReader.Parse(l))];
    }

    /// <summary>Waits until the messages of <paramref name="program"/> are so many, and gives them.</summary>
    public IReadOnlyList<JsValue> WaitFor(string program, int count)
    {
        IReadOnlyList<JsValue> found = [];
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Yield();
                found = [.. Messages().Where(m => m["app-name"].AsString() == program)];
                return found.Count >= count;
            },
            Patience);
        return found;
    }

    /// <summary>Ends it, and starts it anew on the same ports.</summary>
    public void Restart(Action meanwhile)
    {
        Kill();
        meanwhile();
        Start();
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Start()
    {
        File.WriteAllText(At("rsyslog.conf"), Configuration());
        ProcessStartInfo start = new(Program!, ["-n", "-f", At("rsyslog.conf"), "-i", At("pid")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        StringBuilder said = new();
        DataReceivedEventHandler listen = (_, e) => said.AppendLine(e.Data);
        _process.OutputDataReceived += listen;
        _process.ErrorDataReceived += listen;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        int probes = 0;
        int before = Probes();
        bool ready = SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(20);
                if (_process.HasExited)
                {
                    return true;
                }

                // an UDP port that nobody listens on yet says so only sometimes
                using UdpClient probe = new();
                probe.Send(Encoding.ASCII.GetBytes($"<13>1 - - probe {++probes} - - probe"), new IPEndPoint(IPAddress.Loopback, _udp));
                return Listens("tcp.port") && Listens("tls.port") && File.Exists(At("log")) && File.Exists(At("log5424")) && Probes() > before;
            },
            Patience);
        Assert.True(ready && !_process.HasExited, $"rsyslogd did not start: {said}");
        (_tcp, _tls) = (Port("tcp.port"), Port("tls.port"));
    }

    private int Probes() => Messages().Count(m => m["app-name"].AsString() == "probe");

    // the file says which port the system chose at the first start
    private bool Listens(string file)
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, Port(file));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }

    private int Port(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(At(file)), NumberStyles.Integer, CultureInfo.InvariantCulture, out int port) ? port : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Kill()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }

        File.Delete(At("log"));
        File.Delete(At("log5424"));
    }

    private string Configuration() => $$"""
        global(
          workDirectory="{{_folder.Path}}" maxMessageSize="64k" net.enableDNS="off"
          defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{{CaFile}}"
          defaultNetstreamDriverCertFile="{{At("server.pem")}}" defaultNetstreamDriverKeyFile="{{At("server.key")}}")
        module(load="imudp")
        module(load="imptcp")
        module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
        module(load="imuxsock" sysSock.use="off")
        template(name="line" type="list" option.jsonf="on") {
          property(outname="rawmsg" name="rawmsg" format="jsonf")
          property(outname="msg" name="msg" format="jsonf")
          property(outname="app-name" name="app-name" format="jsonf")
          property(outname="procid" name="procid" format="jsonf")
          property(outname="msgid" name="msgid" format="jsonf")
          property(outname="hostname" name="hostname" format="jsonf")
          property(outname="facility" name="syslogfacility-text" format="jsonf")
          property(outname="severity" name="syslogseverity-text" format="jsonf")
          property(outname="time" name="timestamp" dateFormat="rfc3339" format="jsonf")
          property(outname="input" name="inputname" format="jsonf")
        }
        ruleset(name="all") { action(type="omfile" file="{{At("messages")}}" template="line") }
        input(type="imudp" address="127.0.0.1" port="{{_udp}}" ruleset="all")
        input(type="imptcp" address="127.0.0.1" port="{{_tcp}}" listenPortFileName="{{At("tcp.port")}}" ruleset="all")
        input(type="imtcp" address="127.0.0.1" port="{{_tls}}" listenPortFileName="{{At("tls.port")}}" ruleset="all")
        input(type="imuxsock" socket="{{At("log")}}" ruleset="all" rateLimit.interval="0")
        input(type="imuxsock" socket="{{At("log5424")}}" useSpecialParser="off" parseHostname="on" ruleset="all" rateLimit.interval="0")

        """;

    private static int FreePort()
    {
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)client.Client.LocalEndPoint!).Port;
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, "rsyslogd"))
        .Append(Path.Combine(Built.Root, "artifacts", "rsyslog", "rsyslogd"))
        .FirstOrDefault(File.Exists);
}
