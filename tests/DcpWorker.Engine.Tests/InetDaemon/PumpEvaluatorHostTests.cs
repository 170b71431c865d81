using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>The way of systems other than Linux, as far as Linux can run it.</summary>
public sealed class PumpEvaluatorHostTests
{
    [Fact]
    public async Task Data_is_copied_both_ways_and_a_half_close_is_passed_on()
    {
        await using PumpEvaluatorHost host = Host("cat; echo oops >&2; exit 7");
        (Socket near, Socket far) = await PairAsync();
        List<string> errors = [];
        IRunningEvaluator evaluator = await host.StartAsync(near, errors.Add, CancellationToken.None);

        byte[] sent = Encoding.ASCII.GetBytes(new string('x', 8 << 20));
        using NetworkStream stream = new(far, ownsSocket: true);
        Task sending = Task.Run(async () =>
        {
            await stream.WriteAsync(sent);
            far.Shutdown(SocketShutdown.Send);
        });
        byte[] received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received).AsTask().WaitAsync(TestDaemon.Patience);
        await sending;
        Assert.Equal(sent, received);
        Assert.Equal(7, (await evaluator.Ended.WaitAsync(TestDaemon.Patience)).Exit.Code);
        Assert.Equal(["oops"], errors);
        Assert.Equal(0, await stream.ReadAsync(received));
    }

    [Fact]
    public async Task An_evaluator_that_loops_is_killed_when_its_peer_hangs_up()
    {
        await using PumpEvaluatorHost host = Host("while :; do :; done");
        (Socket near, Socket far) = await PairAsync();
        IRunningEvaluator evaluator = await host.StartAsync(near, _ => { }, CancellationToken.None);
        far.Dispose();
        Assert.Equal(ConnectionCloseCause.PeerHungUp, (await evaluator.Ended.WaitAsync(TestDaemon.Patience)).Cause);
        Assert.False(Processes.Lives(evaluator.ProcessId));
    }

    [Fact]
    public async Task A_peer_that_vanishes_is_missed()
    {
        await using PumpEvaluatorHost host = Host("cat");
        (Socket near, Socket far) = await PairAsync();
        IRunningEvaluator evaluator = await host.StartAsync(near, _ => { }, CancellationToken.None);
        Assert.NotEqual(0, (int)near.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(60, (int)near.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
        Assert.Equal(10, (int)near.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!);
        Assert.Equal(6, (int)near.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);
        Assert.True(near.NoDelay);
        far.Dispose();
        await evaluator.Ended.WaitAsync(TestDaemon.Patience);
    }

    private static PumpEvaluatorHost Host(string script) =>
        new(TestDaemon.Options(new EvaluatorCommand { Program = "/bin/sh", Arguments = ["-c", script] }), NullLogger.Instance);

    private static async Task<(Socket Near, Socket Far)> PairAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(listener.LocalEndPoint!);
        return (await listener.AcceptAsync(), far);
    }
}
