using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DcpWorker.Engine;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Logging;

/// <summary>A program that runs while a test looks at its logs; killed at the end of the test at the latest.</summary>
internal sealed class RunningProgram : IDisposable
{
    public const int SigHup = 1;
    public const int SigTerm = 15;

    /// <summary>An account, so that no keystore is looked for, and a scheduler that is not there.</summary>
    public static readonly string[] IdleWorker =
        ["start", "--payment-address", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "--scheduler", "http://127.0.0.1:1/"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private RunningProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a command in a folder that is its site, its system and its user.</summary>
    public static RunningProgram Start(TemporaryFolder folder, string[] command, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("DCP_", StringComparison.Ordinal) || k is "NO_COLOR" or "JOURNAL_STREAM").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in (string[])["DCP_RESOURCE_DIR", "DCP_ETCDIR", "DCP_CONFIG_ROOT"])
        {
            start.Environment[name] = folder.Path;
        }

        start.Environment[RootUser.Variable] = "1";
        start.Environment["DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION"] = "1";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(Process.Start(start)!);
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public void KillAtOnce() => _process.Kill();

    /// <summary>Waits until something is so; fails, with what the program said, when it does not become so.</summary>
    public void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(() => condition() || Pause(), Patience), string.Create(CultureInfo.InvariantCulture, $"waited in vain\n{Output}\n{Errors}"));

    public async Task<int> WaitForEndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static bool Pause()
    {
        Thread.Sleep(10);
        return false;
    }

    private static void Append(StringBuilder text, string? line)
    {
        // what is said to root only is no news here
        if (line?.Contains("runs as root: ", StringComparison.Ordinal) != true)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
