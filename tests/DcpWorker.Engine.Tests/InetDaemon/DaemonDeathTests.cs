using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Tests.InetDaemon;

public sealed class DaemonDeathTests
{
    [Fact]
    public async Task Killing_the_daemon_leaves_no_evaluator_behind_even_one_that_loops()
    {
        using DaemonHostProcess host = await DaemonHostProcess.StartAsync("/bin/sh", "-c", "echo $$; while :; do :; done");
        List<int> evaluators = [];
        List<TestClient> clients = [];
        for (int i = 0; i < 3; i++)
        {
            clients.Add(await host.ConnectAsync());
            evaluators.Add(int.Parse((await clients[i].ReadLineAsync())!, CultureInfo.InvariantCulture));
        }

        Assert.All(evaluators, e => Assert.True(Processes.Lives(e)));
        host.Kill();
        foreach (int evaluator in evaluators)
        {
            Assert.True(await Processes.IsGoneWithinAsync(evaluator, TimeSpan.FromSeconds(3)));
        }

        // Their ends of the connections are gone too.
        foreach (TestClient client in clients)
        {
            Assert.Null(await client.ReadLineAsync());
            client.Dispose();
        }
    }

    [Fact]
    public async Task Killing_the_daemon_ends_real_evaluators_in_an_endless_loop()
    {
        using DaemonHostProcess host = await DaemonHostProcess.StartAsync("dcp-evaluator");
        using TestClient client = await host.ConnectAsync();
        await client.ReadUntilAsync("MSG:");
        await client.SendAsync("{\"type\":\"newSerializer\",\"payload\":\"for(;;);\"}\n");
        host.Kill();
        while (await client.ReadLineAsync() is not null)
        {
            // What was under way; the end of it is what is waited for, and only the evaluator held the connection open.
        }
    }

    [Fact]
    public async Task Killing_the_daemon_leaves_no_evaluator_behind_that_is_stopped()
    {
        using DaemonHostProcess host = await DaemonHostProcess.StartAsync("/bin/sh", "-c", "echo $$; kill -STOP $$; while :; do :; done");
        using TestClient client = await host.ConnectAsync();
        int evaluator = int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture);
        for (int i = 0; i < 500 && Processes.Stat(evaluator)?[0] != "T"; i++)
        {
            await Task.Delay(20);
        }

        Assert.Equal("T", Processes.Stat(evaluator)![0]);
        host.Kill();
        Assert.True(await Processes.IsGoneWithinAsync(evaluator, TestDaemon.Patience));
    }

    [Fact]
    public async Task Long_lines_pass_both_ways_without_passing_through_the_daemons_memory()
    {
        const int Length = 64 << 20;
        using DaemonHostProcess host = await DaemonHostProcess.StartAsync("/bin/cat");
        using TestClient client = await host.ConnectAsync();
        await client.SendAsync("ready?\n");
        Assert.Equal("ready?", await client.ReadLineAsync());
        long before = host.PeakMemory();

        byte[] line = Encoding.ASCII.GetBytes(new string('x', Length) + "\n");
        Task sending = client.Stream.WriteAsync(line).AsTask();
        byte[] received = new byte[Length + 1];
        await client.Stream.ReadExactlyAsync(received).AsTask().WaitAsync(TestDaemon.Patience);
        await sending;
        Assert.True(line.AsSpan().SequenceEqual(received));
        Assert.InRange(host.PeakMemory() - before, 0, Length / 4);
    }
}
