using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>The program's own interface.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--no-such-option", "unknown option --no-such-option")]
    [InlineData("-x", "unknown option -x")]
    [InlineData("--max-heap-mb=many", "--max-heap-mb takes a number")]
    [InlineData("--max-heap-mb=0", "--max-heap-mb takes a number")]
    [InlineData("--port=65536", "--port takes a number")]
    [InlineData("--listen=nowhere.example", "--listen takes an IP address")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--no-lockdown=yes", "--no-lockdown takes no value")]
    [InlineData("--probe-lockdown=nothing", "knows no 'nothing'")]
    public async Task WrongUseIsOneLineAndExitCodeOne(string argument, string message)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(argument);
        Assert.Equal(1, await evaluator.ExitCodeAsync());
        Assert.Contains(message, await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VersionNamesTheProgramAndV8()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartAsCaller("--version");
        Assert.Matches(@"^dcp-evaluator \d+\.\d+\.\d+\S* \(V8 \d+\.\d+\.\S+\)$", await evaluator.ReadLineAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task HelpNamesEveryExitCode()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartAsCaller("--help");
        List<string> lines = [];
        while (await evaluator.ReadLineOrEndAsync() is string line)
        {
            lines.Add(line.Trim());
        }

        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.All([0, 1, 70, 71, 72, 74, 75, 76, 97, 98, 159], code =>
            Assert.Contains(lines, line => line.StartsWith($"{code}  ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OptionsMayStandBehindTheFiles()
    {
        // The present network's launcher puts them there.
        string script = TemporaryFiles.Script("writeln(typeof gc);");
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(script, "-d", "3", "--options=--expose-gc");
        Assert.Equal("function", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task WithoutFilesItEndsWithItsInput()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start();
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task RootIsRefusedUnlessAllowedAndThenWarned()
    {
        if (!UnprivilegedUser.Needed)
        {
            return; // only root can try
        }

        await using EvaluatorProcess refused = EvaluatorProcess.StartAsCaller(TemporaryFiles.Script("writeln('ran');"));
        Assert.Null(await refused.ReadLineOrEndAsync());
        Assert.Equal(1, await refused.ExitCodeAsync());
        Assert.Contains("refuses to run as root", await refused.ErrorAsync(), StringComparison.Ordinal);

        await using EvaluatorProcess allowed = EvaluatorProcess.StartAsCaller("--allow-root", TemporaryFiles.Script("writeln('ran');"));
        Assert.Equal("ran", await allowed.ReadLineAsync());
        allowed.CloseInput();
        Assert.Equal(0, await allowed.ExitCodeAsync());
        Assert.Contains("running as root", await allowed.ErrorAsync(), StringComparison.Ordinal);
    }
}
