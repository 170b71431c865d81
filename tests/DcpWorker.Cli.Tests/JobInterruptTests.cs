using System.Diagnostics;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

public sealed class JobInterruptTests(Site site) : IClassFixture<Site>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_interrupt_cancels_the_job_and_is_exit_code_4()
    {
        string work = _folder.Write("work.js", "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }");
        string keystore = await TestKeystore.WriteAsync(_folder);
        using Process process = Finished.Start(_folder.Path, "job", "run", work, "--range", "1..2", "--json", "--account", keystore, "--scheduler", site.Scheduler);
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is { } line && !line.Contains("jobAccepted", StringComparison.Ordinal))
        {
        }

        _ = Kill(process.Id, 2);
        await process.WaitForExitAsync().WaitAsync(Limit);

        Assert.Equal(4, process.ExitCode);
        Assert.Equal("dcp-worker: cancelled", (await process.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
