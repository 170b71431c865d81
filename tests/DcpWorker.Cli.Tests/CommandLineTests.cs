using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start", "--no-such-option")]
    [InlineData("nonsense")]
    [InlineData("start", "--payment-address", "0x12")]
    [InlineData("start", "--sandboxes", "0", "--payment-address", "0x0000000000000000000000000000000000000001")]
    [InlineData("start", "/no/such/keystore")]
    [InlineData("start", "--pause-when", "lod > 4", "--payment-address", "0x0000000000000000000000000000000000000001")]
    [InlineData("start")]
    [InlineData("inet-daemon", "--listen", "not an address")]
    [InlineData("job", "run", "/no/such/file.js", "--range", "1..2")]
    public async Task Wrong_use_is_exit_code_1_and_one_line_that_says_why(params string[] arguments)
    {
        Finished run = await Finished.RunAsync(_folder.Path, arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith("dcp-worker: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("start", "--help")]
    [InlineData("job", "run", "--help")]
    public async Task Help_is_on_stdout_and_no_failure(params string[] arguments)
    {
        Finished run = await Finished.RunAsync(_folder.Path, arguments);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task A_scheduler_that_is_not_there_is_exit_code_2()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        string work = _folder.Write("work.js", "x => x");
        string keystore = await TestKeystore.WriteAsync(_folder);

        Finished run = await Finished.RunAsync(
            _folder.Path, "job", "run", work, "--range", "1..3", "--account", keystore, "--scheduler", $"http://127.0.0.1:{port}/");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"http://127.0.0.1:{port}/", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluator_that_is_not_there_is_exit_code_2()
    {
        Finished run = await Finished.RunAsync(_folder.Path, "evaluator", "test", "--evaluator", "/no/such/evaluator");
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public async Task The_built_evaluator_passes_its_test()
    {
        Finished run = await Finished.RunAsync(_folder.Path, "evaluator", "test");

        Assert.Equal(0, run.ExitCode);
        Assert.All(run.Lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("LockDown", StringComparison.Ordinal));
    }
}
