using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Engine.Tests.InetDaemon;

public sealed class RealEvaluatorTests
{
    private const string Loaded = "__sandboxLoaded";

    [Fact]
    public async Task The_documented_check_of_a_set_up_works()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => o with { HangUpGrace = TimeSpan.FromSeconds(30) });
        using TestClient client = await daemon.ConnectAsync();
        await client.SendAsync("{\"type\":\"die\"}\n");
        client.HalfClose();
        Assert.Matches(@"^DIE: \w{3} \w{3} \d\d \d{4} ", await client.ReadUntilAsync("DIE:"));
        Assert.Null(await client.ReadLineAsync());
        Assert.Equal(new EvaluatorExit(0, null), (await daemon.WaitForAsync<ConnectionClosed>()).Exit);
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"type\":\"initWorker\"}")]
    public async Task Any_other_input_is_answered_by_an_error_and_keeps_the_socket(string input)
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators();
        using TestClient client = await daemon.ConnectAsync();
        await ReadLoadedAsync(client);
        await client.SendAsync(input + "\n");
        Assert.Contains("\"exception\"", await client.ReadUntilAsync("MSG:"), StringComparison.Ordinal);
        await client.SendAsync("{\"type\":\"die\"}\n");
        await client.ReadUntilAsync("DIE:");
    }

    [Fact]
    public async Task Twenty_connections_at_once_get_twenty_sandboxes()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators();
        TestClient[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => daemon.ConnectAsync()));
        await Task.WhenAll(clients.Select(ReadLoadedAsync));
        Assert.Equal(20, daemon.Daemon.Connections);
        Assert.Equal(20, daemon.EventsSoFar().OfType<ConnectionOpened>().Select(e => e.ProcessId).Distinct().Count());
        foreach (TestClient client in clients)
        {
            client.Dispose();
        }

        for (int i = 1; i <= 20; i++)
        {
            await daemon.WaitForAsync<ConnectionClosed>(e => e.ConnectionId == i);
        }

        Assert.Equal(0, daemon.Daemon.Connections);
    }

    [Fact]
    public async Task A_line_of_64_MB_reaches_the_evaluator_and_comes_back()
    {
        const int Length = 64 << 20;
        // a busy machine gives evaluators that yield to everybody nothing at all
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => o with { Nice = 0 });
        using TestClient client = await daemon.ConnectAsync();
        await ReadLoadedAsync(client);

        // The error about an unknown type repeats the type.
        string type = new('x', Length / 2);
        await client.SendAsync($"{{\"type\":\"{type}\",\"padding\":\"{type}\"}}\n");
        string answer = await client.ReadUntilAsync("MSG:");
        Assert.True(answer.Length > Length, $"{answer.Length} characters");
        Assert.Contains("Invalid message type", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_that_loops_is_gone_soon_after_its_peer()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => o with { HangUpGrace = TimeSpan.FromSeconds(3) });
        using (TestClient client = await daemon.ConnectAsync())
        {
            await ReadLoadedAsync(client);
            await client.SendAsync("{\"type\":\"newSerializer\",\"payload\":\"for(;;);\"}\n");
        }

        ConnectionClosed closed = await daemon.WaitForAsync<ConnectionClosed>();
        Assert.False(Processes.Lives(daemon.EventsSoFar().OfType<ConnectionOpened>().Single().ProcessId), $"ended with {closed.Exit}");
    }

    private static async Task ReadLoadedAsync(TestClient client)
    {
        while (!(await client.ReadUntilAsync("MSG:")).Contains(Loaded, StringComparison.Ordinal))
        {
        }
    }
}
