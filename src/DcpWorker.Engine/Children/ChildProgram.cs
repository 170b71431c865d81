using System.Diagnostics;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.InetDaemon.Linux;

namespace DcpWorker.Engine.Children;

/// <summary>
/// A program that was started here by <see cref="ChildLauncher"/>. Its last lines on stderr say why it ended.
/// </summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int KeptLines = 20;
    private const int MaxErrorLine = 1000;
    private const string Nobody = "65534";
    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _errors = [];
    private readonly ChildProgramOptions _options;
    private readonly TaskCompletionSource<string> _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<string> _firstLines = [];
    private string? _mark;

    internal ChildProgram(ProcessStartInfo start, ChildProgramOptions options)
    {
        (_name, _options) = (Path.GetFileName(start.FileName), options);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = ThroughSetpriv(start, options.IsUnprivileged) };
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnErrorLine(e.Data);
        _process.Start();
        ProcessId = _process.Id;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Death = WaitForDeathAsync();
    }

    /// <summary>Number of the process.</summary>
    public int ProcessId { get; }

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
            throw new ChildProgramException(ChildProgramException.NotHandedOver, $"chown {Nobody} {folder} failed.");
        }
    }

    /// <summary>Waits for the line of stdout that has <paramref name="mark"/> in it; gives what follows it.</summary>
    public async Task<string> WaitForAsync(string mark, TimeSpan limit, CancellationToken ct)
    {
        lock (_gate)
        {
            _mark = mark;
            _firstLines.ForEach(Look);
            _firstLines.Clear();
        }

        Task first = await Task.WhenAny(_marked.Task, Death, Task.Delay(limit, ct)).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        return first == _marked.Task ? await _marked.Task.ConfigureAwait(false)
            : first == Death ? throw new ChildProgramException(ChildProgramException.Ended, await Death.ConfigureAwait(false))
            : throw new ChildProgramException(ChildProgramException.NotReady, $"{_name} did not start within {limit.TotalSeconds:0} seconds.");
    }

    /// <summary>Asks the program to end, without waiting for that.</summary>
    public void RequestStop()
    {
        if (Death.IsCompleted)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else
        {
            _ = LibC.Kill(ProcessId, SigTerm);
        }
    }

    /// <summary>Asks the program to end; kills it when it does not within <paramref name="limit"/>.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (!Death.IsCompleted)
        {
            RequestStop();
            await Task.WhenAny(Death, Task.Delay(limit)).ConfigureAwait(false);
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills the program, with what it has started, if it is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Death.IsCompleted)
        {
            return;
        }

        Kill();
        await Death.ConfigureAwait(false);
    }

    private static ProcessStartInfo ThroughSetpriv(ProcessStartInfo start, bool isUnprivileged)
    {
        if (!OperatingSystem.IsLinux())
        {
            return start;
        }

        string[] user = isUnprivileged && Environment.IsPrivilegedProcess ? ["--reuid", Nobody, "--regid", Nobody, "--clear-groups"] : [];
        string[] all = ["--pdeathsig", "KILL", .. user, "--", start.FileName, .. start.ArgumentList];
        start.FileName = "setpriv";
        start.ArgumentList.Clear();
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_mark is not null)
            {
                Look(line);
            }
            else if (_firstLines.Count < KeptLines)
            {
                // whoever waits for one of them may not have asked yet
                _firstLines.Add(line);
            }
        }

        _options.OnLine?.Invoke(line);
    }

    private void Look(string line)
    {
        if (line.IndexOf(_mark!, StringComparison.Ordinal) is >= 0 and var at)
        {
            _marked.TrySetResult(line[(at + _mark!.Length)..].Trim());
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has just ended by itself
        }
    }

    private void OnErrorLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        _options.OnErrorLine?.Invoke(line);
        lock (_errors)
        {
            _errors.Enqueue(PlainText.Of(line, MaxErrorLine));
            if (_errors.Count > KeptLines)
            {
                _errors.Dequeue();
            }
        }
    }

    private async Task<string> WaitForDeathAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        int code = _process.ExitCode;
        _process.Dispose();
        lock (_errors)
        {
            return $"{_name} ended with exit code {code}: {(_errors.Count > 0 ? string.Join(" / ", _errors) : "it said nothing")}";
        }
    }
}
