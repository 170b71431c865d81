using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary><c>-p PORT</c>: one process a connection, none of them an orphan.</summary>
public sealed class ListenTests
{
    private const string Echo = "onreadln(line => writeln('echo ' + line.trim()));";

    [Fact]
    public async Task EveryConnectionHasAGlobalOfItsOwn()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript("let n = 0; onreadln(() => writeln(String(++n)));", "-p", "0");
        int port = await PortAsync(listener);
        using TcpClient first = await ConnectAsync(port), second = await ConnectAsync(port);
        Assert.Equal("1", await AskAsync(first, "x"));
        Assert.Equal("2", await AskAsync(first, "x"));
        Assert.Equal("1", await AskAsync(second, "x"));
    }

    [Fact]
    public async Task DieClosesTheConnection()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript("onreadln(() => die());", "--port=0");
        using TcpClient client = await ConnectAsync(await PortAsync(listener));
        await client.GetStream().WriteAsync("x\n"u8.ToArray());
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(EvaluatorProcess.Patience));
    }

    [Fact]
    public async Task TheSandboxFilesAnswerDieWithTheDate()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.Start(["-p", "0", "--code-cache", Built.Sandbox.CodeCache, .. Built.Sandbox.Files]);
        using TcpClient client = await ConnectAsync(await PortAsync(listener));
        using StreamReader reader = new(client.GetStream());
        await client.GetStream().WriteAsync("{\"type\":\"die\"}\n"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send); // as nc does
        string all = await reader.ReadToEndAsync().WaitAsync(EvaluatorProcess.Patience);
        Assert.StartsWith("DIE: ", all.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ABusyChildEndsWithItsConnection(bool halfClose)
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript("onreadln(() => { writeln('busy'); for (;;) {} });", "-p", "0");
        using TcpClient client = await ConnectAsync(await PortAsync(listener));
        Assert.Equal("busy", await AskAsync(client, "go"));
        int child = Assert.Single(Children(listener.Id));
        if (halfClose)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
        else
        {
            client.Close();
        }

        await GoneAsync(child);
        Assert.False(listener.HasExited);
    }

    [Fact]
    public async Task ChildrenAreInProcessGroupsOfTheirOwn()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript(Echo, "-p", "0");
        using TcpClient client = await ConnectAsync(await PortAsync(listener));
        await AskAsync(client, "x");
        int child = Assert.Single(Children(listener.Id));
        Assert.Equal(child, ProcessGroup(child));
        Assert.NotEqual(ProcessGroup(listener.Id), child);
    }

    [Fact]
    public async Task NoOrphanIsLeftWhenTheListenerIsKilled()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript("onreadln(() => { writeln('busy'); for (;;) {} });", "-p", "0");
        int port = await PortAsync(listener);
        using TcpClient busy = await ConnectAsync(port), idle = await ConnectAsync(port);
        Assert.Equal("busy", await AskAsync(busy, "go"));
        int[] children = [];
        await UntilAsync(() => (children = Children(listener.Id)).Length == 2);
        listener.Kill(); // with SIGKILL, which it cannot handle
        foreach (int child in children)
        {
            await GoneAsync(child);
        }
    }

    [Fact]
    public async Task ListensOnLoopbackOnly()
    {
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript(Echo, "-p", "0");
        Assert.StartsWith("Listening for connections on 127.0.0.1:", await listener.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutStandardStreamsItListensAllTheSame()
    {
        int port;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        await using EvaluatorProcess listener = EvaluatorProcess.StartFromShell(
            "exec \"$@\" <&- >&- 2>&-", "-p", port.ToString((IFormatProvider?)null), TemporaryFiles.Script(Echo));
        TcpClient? client = null;
        await UntilAsync(() =>
        {
            client = new();
            try
            {
                client.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                client.Dispose();
                Assert.False(listener.HasExited);
                return false;
            }
        });
        using (client)
        {
            Assert.Equal("echo x", await AskAsync(client!, "x"));
        }
    }

    [Fact]
    public async Task APortInUseIsOneLineAndAnExitCode()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using EvaluatorProcess listener = EvaluatorProcess.StartScript(Echo, "-p", port.ToString((IFormatProvider?)null));
        Assert.Equal(71, await listener.ExitCodeAsync());
        Assert.Contains("cannot listen on 127.0.0.1", await listener.ErrorAsync(), StringComparison.Ordinal);
    }

    private static async Task<int> PortAsync(EvaluatorProcess listener)
    {
        string line = await listener.ReadLineAsync();
        return IPEndPoint.Parse(line[(line.LastIndexOf(' ') + 1)..]).Port;
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(EvaluatorProcess.Patience);
        return client;
    }

    private static async Task<string> AskAsync(TcpClient client, string line)
    {
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
        StringBuilder answer = new();
        byte[] one = new byte[1];
        while (await client.GetStream().ReadAsync(one).AsTask().WaitAsync(EvaluatorProcess.Patience) == 1 && one[0] != '\n')
        {
            answer.Append((char)one[0]);
        }

        return answer.ToString();
    }

    private static int[] Children(int parent) =>
    [
        .. Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse),
    ];

    private static int ProcessGroup(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2], null);
    }

    private static Task GoneAsync(int process) => UntilAsync(() =>
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(elapsed.Elapsed < EvaluatorProcess.Patience, "waited too long");
            await Task.Delay(20);
        }
    }
}
