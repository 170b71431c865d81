using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>A stream that whoever starts the evaluator has closed is taken for nobody's, never for something of its own.</summary>
public sealed class StandardStreamsTests
{
    private const string Greeting = "writeln('ready'); onreadln(line => writeln(line.trim()));";

    [Theory]
    [InlineData("exec \"$@\" <&-")]
    [InlineData("exec \"$@\" <&- 2>&-")]
    public async Task NoInputIsItsEnd(string command)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartFromShell(command, TemporaryFiles.Script(Greeting));
        Assert.Equal("ready", await evaluator.ReadLineAsync());
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Theory]
    [InlineData("exec \"$@\" >&-")]
    [InlineData("exec \"$@\" <&- >&-")]
    public async Task NoOutputIsAnOutputThatFails(string command)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartFromShell(command, TemporaryFiles.Script(Greeting));
        Assert.Equal(74, await evaluator.ExitCodeAsync());
        Assert.Contains("cannot write to standard output", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutStandardErrorItServesAllTheSame()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartFromShell(
            "exec \"$@\" 2>&-", TemporaryFiles.Script("onreadln(line => { writeln(line.trim()); throw 'nobody hears'; });"));
        foreach (string line in (string[])["one", "two"])
        {
            await evaluator.SendAsync(line);
            Assert.Equal(line, await evaluator.ReadLineAsync());
        }

        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }
}
