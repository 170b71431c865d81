using System.Diagnostics;
using System.Threading.Channels;
using DcpWorker.Engine;

namespace DcpScheduler.Tests.Support;

/// <summary>dcp-scheduler as a process, on a port that the system chose.</summary>
internal sealed class SchedulerProcess : IAsyncDisposable
{
    private const string Ready = "dcp-scheduler: listening on ";
    private readonly Process _process;
    private readonly Channel<string> _errors;

    private SchedulerProcess(Process process, Uri url, Channel<string> errors) => (_process, Url, _errors) = (process, url, errors);

    public Uri Url { get; }

    /// <summary>The next line that it logs which holds a text.</summary>
    public async Task<string> LoggedAsync(string text)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        await foreach (string line in _errors.Reader.ReadAllAsync(late.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"The scheduler ended before it logged '{text}'.");
    }

    public static async Task<SchedulerProcess> StartAsync(string folder, int port = 0)
    {
        Process process = Process.Start(Command("--listen", $"127.0.0.1:{port}", "--data", folder))!;
        Channel<string> errors = Channel.CreateUnbounded<string>();
        process.ErrorDataReceived += (_, e) => _ = e.Data is null ? errors.Writer.TryComplete() : errors.Writer.TryWrite(e.Data);
        process.BeginErrorReadLine();
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith(Ready, line, StringComparison.Ordinal);
        return new SchedulerProcess(process, new Uri(line![Ready.Length..]), errors);
    }

    /// <summary>Runs it to its end: exit code and what it said on stderr.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(Command(arguments))!;
        string error = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, error);
    }

    /// <summary>As a crash would end it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>As a service manager would end it; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(params string[] arguments) => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "dcp-scheduler.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // who runs the tests as root lets it run as root
        Environment = { [RootUser.Variable] = "1" },
    };
}
