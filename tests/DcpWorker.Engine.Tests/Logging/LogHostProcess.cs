using System.Diagnostics;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>A program that logs, in a process of its own (tests/LogHost).</summary>
internal sealed class LogHostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private LogHostProcess(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Its process id; that of what it was started through.</summary>
    public int Id => _process.Id;

    public static LogHostProcess Start(params string[] sinks) => StartThrough([], sinks);

    /// <summary>Starts it as the last arguments of another command.</summary>
    public static LogHostProcess StartThrough(string[] command, params string[] sinks)
    {
        string[] all = [.. command, "dotnet", Path.Combine(AppContext.BaseDirectory, "LogHost.dll"), .. sinks];
        return new LogHostProcess(Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Says a command, and waits until it is done.</summary>
    public async Task SayAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        Assert.Equal(command, await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
    }

    /// <summary>Says that there are no more commands, and waits for the end; gives the exit code and what was on stderr.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>As kill -9 does: nothing runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
