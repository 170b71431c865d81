using System.Diagnostics;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>What the process gives up once its set-up files have run, asked of the kernel.</summary>
public sealed class LockDownTests
{
    private const int KilledBySigsys = 128 + 31;

    [Theory]
    [InlineData("open")]
    [InlineData("socket")]
    [InlineData("exec")]
    [InlineData("fork")]
    [InlineData("kill")]
    [InlineData("tgkill")]
    [InlineData("set-limit")]
    [InlineData("other-limit")]
    [InlineData("map-file")]
    [InlineData("memfd")]
    [InlineData("ptrace")]
    [InlineData("read-process")]
    [InlineData("send")]
    [InlineData("ioctl")]
    public async Task KillsTheProcessFor(string forbidden)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('set up');", "--probe-lockdown=" + forbidden);
        Assert.Equal("set up", await evaluator.ReadLineAsync());
        Assert.Equal(KilledBySigsys, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task TheProbeItselfIsHarmlessWithoutLockDown()
    {
        // Otherwise being killed would prove nothing.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("", "--no-lockdown", "--probe-lockdown");
        Assert.Equal(70, await evaluator.ExitCodeAsync());
        Assert.Contains("does not stop 'open'", await evaluator.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheKernelSaysSo()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(line => writeln('served'));");
        await evaluator.SendAsync("?");
        Assert.Equal("served", await evaluator.ReadLineAsync());
        Dictionary<string, string> status = Status(evaluator.Id);
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        foreach (string thread in Directory.GetDirectories($"/proc/{evaluator.Id}/task"))
        {
            Assert.Equal("2", Status($"{evaluator.Id}/task/{Path.GetFileName(thread)}")["Seccomp"]);
        }

        // Not dumpable: its files in /proc belong to root.
        Assert.Equal("0", Run("stat", "-c", "%u", $"/proc/{evaluator.Id}/mem"));
    }

    [Fact]
    public async Task LimitsLeaveNoCoreNoFileAndNoNewDescriptor()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(line => writeln('served'));");
        await evaluator.SendAsync("?");
        await evaluator.ReadLineAsync();
        Dictionary<string, string[]> limits = File.ReadLines($"/proc/{evaluator.Id}/limits").Skip(1).ToDictionary(
            line => line[..26].Trim(), line => line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
        Assert.Equal(["0", "0"], limits["Max core file size"]);
        Assert.Equal(["0", "0"], limits["Max file size"]);
        Assert.Equal(["3", "3"], limits["Max open files"]);
    }

    [Fact]
    public async Task OnlyStandardStreamsAndTheWakeUpDescriptorStayOpen()
    {
        string script = TemporaryFiles.Script("");
        // The shell hands on a few descriptors, as a careless parent would.
        IReadOnlyList<string> command = UnprivilegedUser.Command("sh", "-c", "exec 5</etc/passwd 7</etc/hostname 9>/dev/null; exec \"$@\"", "sh", Built.Evaluator, "--probe-lockdown=descriptors", script);
        string[] open = (await Task.Run(() => Run([.. command]))).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["0", "1", "2"], open[..3]);
        Assert.InRange(open.Length, 3, 4);
        Assert.DoesNotContain("5", open);
        Assert.DoesNotContain("7", open);
        Assert.DoesNotContain("9", open);
    }

    [Fact]
    public async Task ARegularFileAsOutputIsStillWritten()
    {
        string script = TemporaryFiles.Script("onreadln(line => writeln('x'.repeat(100000)));");
        string output = Path.Combine(TemporaryFiles.CreateWritableDirectory(), "out");
        IReadOnlyList<string> command = UnprivilegedUser.Command("sh", "-c", "echo go | \"$1\" \"$2\" > \"$3\"", "sh", Built.Evaluator, script, output);
        await Task.Run(() => Run([.. command]));
        Assert.Equal(100001, new FileInfo(output).Length);
    }

    [Fact]
    public async Task WithoutLockDownAWarningSaysWhatThatMeans()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(line => writeln('served'));", "--no-lockdown");
        await evaluator.SendAsync("?");
        Assert.Equal("served", await evaluator.ReadLineAsync());
        Assert.Equal("0", Status(evaluator.Id)["Seccomp"]);
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Contains("not locked down", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Status(object process) =>
        File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());

    private static string Run(params string[] command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(EvaluatorProcess.Patience));
        return output.Trim();
    }
}
