using System.Diagnostics;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Deployment;

/// <summary>The built dcp-scheduler, with a folder of its own.</summary>
internal sealed class SchedulerProgram : IAsyncDisposable
{
    private const string Mark = "listening on ";
    private readonly TemporaryFolder _data = new();
    private readonly Process _process;

    private SchedulerProgram()
    {
        ProcessStartInfo start = new(Built.Program("dcp-scheduler"), ["--listen", "127.0.0.1:0", "--data", _data.Path, "--quiet"]) { RedirectStandardOutput = true };
        // who runs the tests as root lets it run as root
        start.Environment[RootUser.Variable] = "1";
        _process = Process.Start(start)!;
    }

    public Uri Location { get; private set; } = null!;

    public static async Task<SchedulerProgram> StartAsync(CancellationToken ct)
    {
        SchedulerProgram program = new();
        while (await program._process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at)
            {
                program.Location = new Uri(line[(at + Mark.Length)..]);
                return program;
            }
        }

        throw new InvalidOperationException("dcp-scheduler ended before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Dispose();
    }
}
