using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Interop.Tests.Support;

/// <summary>
/// A process of a test: with a home of its own, as an ordinary user even when the test runs as root, and gone with the
/// test whatever happens.
/// </summary>
internal sealed class Peer : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly StringBuilder _errors = new();
    private readonly string _name;

    private Peer(string name, Process process) => (_name, _process) = (name, process);

    /// <summary>Starts a program. <paramref name="home"/> must exist.</summary>
    public static Peer Start(string home, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("setpriv")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Place.Interop,
        };
        foreach (string argument in (string[])["--pdeathsig", "KILL", .. Environment.UserName == "root" ? (string[])["--reuid", "65534", "--regid", "65534", "--clear-groups"] : []])
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("DCP_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = home;
        start.Environment["DCP_RESOURCE_DIR"] = Path.Combine(home, ".dcp");
        start.Environment["TMPDIR"] = home;
        start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = home;
        Process process = new() { StartInfo = start };
        Peer peer = new(Path.GetFileName(arguments.FirstOrDefault(a => a.EndsWith(".js", StringComparison.Ordinal)) ?? program), process);
        process.OutputDataReceived += (_, e) => peer.Take(e.Data);
        process.ErrorDataReceived += (_, e) => peer.TakeError(e.Data);
        Launcher.Run(() => process.Start());
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return peer;
    }

    /// <summary>The first line that has <paramref name="text"/> in it.</summary>
    public string WaitForLine(string text, TimeSpan most)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (_lines.TryTake(out string? line, most - watch.Elapsed is { Ticks: > 0 } rest ? rest : TimeSpan.Zero))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new TimeoutException($"{_name} did not print '{text}' within {most}. {Describe()}");
    }

    /// <summary>Waits for its end, and wants it to have gone well.</summary>
    public async Task<string> WaitForEndAsync(TimeSpan most)
    {
        using CancellationTokenSource late = new(most);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} did not end within {most}. {Describe()}");
        }

        return _process.ExitCode == 0 ? string.Join('\n', _lines.GetConsumingEnumerable()) : throw new InvalidOperationException($"{_name} failed. {Describe()}");
    }

    /// <summary>Asks it to end, and ends it and all its children if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            using CancellationTokenSource late = new(Grace);
            try
            {
                await _process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        _lines.Dispose();
    }

    /// <summary>What it has said on stderr.</summary>
    public string Describe()
    {
        lock (_errors)
        {
            string errors = _errors.ToString();
            return $"{(_process.HasExited ? $"Exit code {_process.ExitCode}." : "It still runs.")} It said:\n{(errors.Length > 4000 ? errors[^4000..] : errors)}";
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.CompleteAdding();
        }
        else
        {
            _lines.Add(line);
        }
    }

    private void TakeError(string? line)
    {
        lock (_errors)
        {
            // the real client prints its whole bundle with an error
            _errors.AppendLine(line is { Length: > 500 } ? line[..500] : line);
        }
    }
}
