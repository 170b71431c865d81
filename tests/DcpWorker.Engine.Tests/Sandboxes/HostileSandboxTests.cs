using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Sandboxes;

/// <summary>Lines that no honest evaluator sends: they end that sandbox, with an error that says so, and nothing else.</summary>
public sealed class HostileSandboxTests
{
    private const string Loaded = """MSG:{"type":"workerMessage","message":{"_serializeVerId":"v9","what":{"raw":{"ringSource":0,"value":{"request":"__sandboxLoaded"}}}}}""";

    [Theory]
    [InlineData("MSG:this is not JSON")]
    [InlineData("MSG:{\"type\":\"surprise\"}")]
    [InlineData("MSG:42")]
    [InlineData("MSG:{\"type\":\"workerMessage\"}")]
    [InlineData("MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v99\",\"what\":{\"raw\":1}}}")]
    [InlineData("MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{\"ringSource\":-1,\"value\":{\"request\":\"describe\"}}}}}")]
    [InlineData("MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{\"ringSource\":3,\"value\":{\"request\":\"describe\"}}}}}")]
    [InlineData("MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{\"ringSource\":2,\"value\":{\"request\":\"assigned\"}}}}}")]
    [InlineData("MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{\"ringSource\":3,\"value\":{\"request\":\"complete\",\"result\":1}}}}}")]
    [InlineData("MSG:{\"type\":\"result\",\"success\":false,\"exception\":{}}")]
    public async Task A_line_that_breaks_the_protocol_ends_the_sandbox(string line) =>
        Assert.Equal(SandboxException.ProtocolViolation, (await StartAgainstAsync($"{Loaded}\n{line}\n")).Code);

    [Fact]
    public async Task Nesting_without_end_ends_the_sandbox()
    {
        string nested = new string('[', 100_000) + new string(']', 100_000);
        Assert.Equal(SandboxException.ProtocolViolation, (await StartAgainstAsync($"{Loaded}\nMSG:{nested}\n")).Code);
    }

    [Fact]
    public async Task A_line_longer_than_allowed_ends_the_sandbox_before_it_is_read_whole() =>
        Assert.Equal(SandboxException.ProtocolViolation, (await StartAgainstAsync(new string('x', 5 << 20), new SandboxOptions { MaxLine = 1 << 20 })).Code);

    [Fact]
    public async Task A_set_up_file_that_failed_is_named()
    {
        SandboxException error = await StartAgainstAsync(
            "MSG:{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{\"ringSource\":0,\"value\":{\"request\":\"scriptLoaded\",\"script\":\"lift-wasm\",\"result\":\"failure\",\"error\":{\"name\":\"ReferenceError\",\"message\":\"WebAssembly is not defined\"}}}}}}\n");
        Assert.Equal(SandboxException.SandboxError, error.Code);
        Assert.Contains("lift-wasm", error.Message, StringComparison.Ordinal);
        Assert.Contains("WebAssembly is not defined", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_lines_logs_and_lines_of_no_kind_do_no_harm()
    {
        SandboxException error = await StartAgainstAsync($"\nLOG:hello\nwhatever\n{Loaded}\n\nMSG:{{\"type\":\"nop\",\"success\":true}}\nDIE: of a test\n");
        Assert.Equal(SandboxException.Gone, error.Code);
        Assert.Contains("of a test", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluator_that_says_nothing_is_given_up_after_the_time_for_creation()
    {
        FakeTimeProvider time = new();
        (Socket near, Socket far) = await ConnectAsync();
        using (far)
        {
            Task<Sandbox> starting = Sandbox.StartAsync(new NetworkStream(near, ownsSocket: true), new SandboxOptions(), time, NullLogger.Instance, CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(121));
            Assert.Equal(SandboxException.TimedOut, (await Assert.ThrowsAsync<SandboxException>(() => starting.WaitAsync(TestDaemon.Patience))).Code);
        }
    }

    private static async Task<SandboxException> StartAgainstAsync(string lines, SandboxOptions? options = null)
    {
        (Socket near, Socket far) = await ConnectAsync();
        Task sending = Task.Run(async () =>
        {
            try
            {
                await far.SendAsync(Encoding.UTF8.GetBytes(lines));
            }
            catch (SocketException)
            {
                // The other end has had enough, as it should.
            }
        });
        using (far)
        {
            SandboxException error = await Assert.ThrowsAsync<SandboxException>(async () =>
            {
                await using Sandbox sandbox = await Sandbox.StartAsync(
                    new NetworkStream(near, ownsSocket: true), options ?? new SandboxOptions(), TimeProvider.System, NullLogger.Instance, CancellationToken.None).WaitAsync(TestDaemon.Patience);
            });
            await sending.WaitAsync(TestDaemon.Patience);
            return error;
        }
    }

    private static async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(listener.LocalEndPoint!);
        return (await listener.AcceptAsync(), far);
    }
}
