using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>A sandbox that never returns does not outlive its peer.</summary>
public sealed class HangUpTests
{
    [Theory]
    [InlineData("for (;;) {}")]
    [InlineData("(function again() { Promise.resolve().then(again); })();")]
    [InlineData("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);")]
    [InlineData("try { for (;;) {} } finally { for (;;) {} }")]
    [InlineData("/(a+)+$/.test('a'.repeat(40) + 'b');")]
    [InlineData("new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11]))).exports.f();")]
    public async Task ACallThatNeverReturnsEndsSoonAfterThePeer(string script)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript($"onreadln(() => {{ writeln('busy'); {script} }});");
        await evaluator.SendAsync("go");
        Assert.Equal("busy", await evaluator.ReadLineAsync());
        Assert.False(evaluator.HasExited);
        evaluator.CloseInput();
        Assert.Equal(75, await evaluator.ExitCodeAsync());
        Assert.Contains("peer has gone", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASetUpFileThatNeverReturnsEndsTheSameWay()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('busy'); for (;;) {}");
        Assert.Equal("busy", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(75, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task LinesThatHadArrivedAreStillAnswered()
    {
        // Longer than the grace in all, but no call is.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "onreadln(line => { const end = Date.now() + 150; while (Date.now() < end); writeln(line.trim()); });");
        await evaluator.SendAsync(string.Join('\n', Enumerable.Range(1, 10)));
        evaluator.CloseInput();
        for (int i = 1; i <= 10; i++)
        {
            Assert.Equal(i.ToString((IFormatProvider?)null), await evaluator.ReadLineAsync());
        }

        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task AChainOfTasksWithoutEndKeepsNothingElseFromHappening()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const cells = new Int32Array(new SharedArrayBuffer(4));
            function again() { Atomics.waitAsync(cells, 0, 0).value.then(again); Atomics.notify(cells, 0); }
            ontimer(() => writeln('timer'));
            onreadln(line => {
              if (line.trim() === 'chain') again();
              if (line.trim() === 'timer') nextTimer(Date.now() + 10);
              else writeln(line.trim());
            });
            """);
        foreach (string line in (string[])["chain", "line", "timer", "line"])
        {
            await evaluator.SendAsync(line);
            Assert.Equal(line, await evaluator.ReadLineAsync());
        }

        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task ManyTasksGetNoMoreTimeAfterThePeerThanOneCall()
    {
        // None takes long, all together do; and each is a call of its own.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const cells = new Int32Array(new SharedArrayBuffer(4));
            const spend = ms => { const end = Date.now() + ms; while (Date.now() < end); };
            let n = 0;
            onreadln(() => {
              for (let i = 0; i < 500; i++) Atomics.waitAsync(cells, 0, 0, 1).value.then(() => { if (!n++) writeln('busy'); spend(100); });
              spend(50);
            });
            """);
        await evaluator.SendAsync("go");
        Assert.Equal("busy", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(75, await evaluator.ExitCodeAsync());
        Assert.Contains("peer has gone", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEvaluatorThatWaitsEndsAtOnce()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("ontimer(() => {}); nextTimer(Date.now() + 3600000); writeln('ready');");
        Assert.Equal("ready", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task AReaderThatIsGoneEndsIt()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(() => { for (;;) writeln('x'.repeat(100000)); });");
        await evaluator.SendAsync("go");
        await evaluator.ReadLineAsync();
        evaluator.Output.Close();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task AProcessThatIsNotTheParentCannotBeNamedAsOne()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('ran');", "--parent-pid", "1");
        Assert.Equal(71, await evaluator.ExitCodeAsync());
        Assert.Contains("not the parent", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }
}
