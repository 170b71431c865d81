using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DcpWorker.Cli.Demo;

/// <summary>
/// A program that was started here, as an unprivileged user when this process is root. To be started by
/// <see cref="ChildLauncher"/>.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int KeptErrorLines = 20;
    private const string Nobody = "65534";
    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _errors = [];
    private readonly Action<string>? _onLine;
    private readonly TaskCompletionSource<string> _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _mark;

    public ChildProcess(ProcessStartInfo start, Action<string>? onLine)
    {
        (_name, _onLine) = (Path.GetFileName(start.FileName), onLine);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = ThroughSetpriv(start) };
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnErrorLine(e.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Death = WaitForDeathAsync();
    }

    /// <summary>Ends with the program; says how it ended.</summary>
    public Task<string> Death { get; }

    /// <summary>Hands a folder over to the user that children run as, when that is not our own.</summary>
    public static void GiveToUnprivilegedUser(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        using Process chown = Process.Start("chown", [$"{Nobody}:{Nobody}", folder]);
        chown.WaitForExit();
        if (chown.ExitCode != 0)
        {
            throw new DemoException($"chown {Nobody} {folder} failed.");
        }
    }

    /// <summary>Waits for the line of stdout that has <paramref name="mark"/> in it; gives what follows it.</summary>
    public async Task<string> WaitForAsync(string mark, TimeSpan limit, CancellationToken ct)
    {
        _mark = mark;
        Task first = await Task.WhenAny(_marked.Task, Death, Task.Delay(limit, ct));
        ct.ThrowIfCancellationRequested();
        return first == _marked.Task ? await _marked.Task
            : first == Death ? throw new DemoException(await Death)
            : throw new DemoException($"{_name} did not start within {limit.TotalSeconds:0} seconds.");
    }

    /// <summary>Asks the program to end; kills it when it does not within <paramref name="limit"/>.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            await Task.WhenAny(Death, Task.Delay(limit));
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Death.IsCompleted)
        {
            return;
        }

        _process.Kill(entireProcessTree: true);
        await Death;
    }

    private static ProcessStartInfo ThroughSetpriv(ProcessStartInfo start)
    {
        if (!OperatingSystem.IsLinux())
        {
            return start;
        }

        string[] user = Environment.IsPrivilegedProcess ? ["--reuid", Nobody, "--regid", Nobody, "--clear-groups"] : [];
        string[] all = ["--pdeathsig", "KILL", .. user, "--", start.FileName, .. start.ArgumentList];
        start.FileName = "setpriv";
        start.ArgumentList.Clear();
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (_mark is { } mark && line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
        {
            _marked.TrySetResult(line[(at + mark.Length)..].Trim());
        }

        _onLine?.Invoke(line);
    }

    private void OnErrorLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(Printable.Line(line));
            if (_errors.Count > KeptErrorLines)
            {
                _errors.Dequeue();
            }
        }
    }

    private async Task<string> WaitForDeathAsync()
    {
        await _process.WaitForExitAsync();
        int code = _process.ExitCode;
        _process.Dispose();
        lock (_errors)
        {
            return $"{_name} ended with exit code {code}: {(_errors.Count > 0 ? string.Join(" / ", _errors) : "it said nothing")}";
        }
    }
}
