using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>Every fault has one line on stderr and an exit code.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("throw new Error('broken set-up');", 97, "broken set-up")]
    [InlineData("var x = ;", 97, "SyntaxError")]
    [InlineData("(function f() { f(); })();", 97, "RangeError")]
    [InlineData("throw null;", 97, "null")]
    [InlineData("throw { toString() { throw 1; } };", 97, "cannot be shown")]
    [InlineData("Promise.reject(new Error('nobody cares'));", 98, "nobody cares")]
    [InlineData("const a = []; for (;;) a.push({ a });", 72, "out of memory")]
    [InlineData("let s = 'x'.repeat(1 << 20); const a = []; for (let i = 0;; i++) a.push((s + i).split(''));", 72, "out of memory")]
    public async Task AFaultInASetUpFileEndsTheEvaluator(string script, int exitCode, string message)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(script, "--max-heap-mb", "64");
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(exitCode, await evaluator.ExitCodeAsync());
        Assert.Contains(message, await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingFileEndsTheEvaluatorAndNoLaterFileRuns()
    {
        string later = TemporaryFiles.Script("writeln('later');");
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start("/no/such/file.js", later);
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(97, await evaluator.ExitCodeAsync());
        Assert.Contains("/no/such/file.js", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARejectionThatIsHandledInTimeIsNoFault()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("const p = Promise.reject(1); p.catch(() => writeln('handled'));");
        Assert.Equal("handled", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task ManyRejectionsThatAreHandledABitLaterCostNoMoreThanAsManyThatAreHandledAtOnce()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const count = 80000;
            const rejected = () => { const list = []; for (let i = 0; i < count; i++) list.push((async () => { throw i; })()); return list; };
            const measure = async run => { const start = Date.now(); await run(); return Date.now() - start; };
            const atOnce = () => { const list = []; for (let i = 0; i < count; i++) list.push((async () => { throw i; })().catch(() => {})); return Promise.all(list); };
            const later = () => Promise.allSettled(rejected());
            const lastFirst = () => Promise.allSettled(rejected().reverse());
            onreadln(async () => {
              await measure(atOnce);
              const least = await measure(atOnce);
              for (const run of [later, lastFirst]) {
                const took = await measure(run);
                writeln(took < least * 15 + 100 ? 'in proportion' : `${took} ms, beside ${least}`);
              }
            });
            """);
        await evaluator.SendAsync("go");
        Assert.Equal("in proportion", await evaluator.ReadLineAsync());
        Assert.Equal("in proportion", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task OfManyRejectionsTheUnhandledOnesAreReportedInTheirOrder()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            onreadln(() => {
              const list = [];
              for (let i = 0; i < 3000; i++) list.push(Promise.reject('number ' + i + '.'));
              list.forEach((promise, i) => { if (i % 1000 !== 7) promise.catch(() => {}); });
            });
            """);
        await evaluator.SendAsync("go");
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        string[] lines = (await evaluator.ErrorsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            lines,
            line => Assert.EndsWith("number 7.", line, StringComparison.Ordinal),
            line => Assert.EndsWith("number 1007.", line, StringComparison.Ordinal),
            line => Assert.EndsWith("number 2007.", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("throw new Error('in a handler')", "uncaught exception: ")]
    [InlineData("Promise.reject(new Error('in a handler'))", "unhandled rejection: ")]
    public async Task LaterFaultsAreReportedOnceAndEndNothing(string statement, string kind)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            $"onreadln(line => {{ if (line === 'fault\\n') {{ {statement}; }} else writeln('alive'); }});");
        await evaluator.SendAsync("fault");
        await evaluator.SendAsync("well?");
        Assert.Equal("alive", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        string error = await evaluator.ErrorAsync();
        Assert.StartsWith("dcp-evaluator: " + kind, error, StringComparison.Ordinal);
        Assert.Contains("in a handler", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFaultInTheTimerIsReportedAndEndsNothing()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "ontimer(() => { throw new Error('in the timer'); }); nextTimer(1); onreadln(() => writeln('alive'));");
        await evaluator.WaitForErrorAsync("in the timer");
        await evaluator.SendAsync("?");
        Assert.Equal("alive", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task WhatASandboxThrowsCannotControlATerminal()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("throw '\\x1b[2J\\r\\n\\u202e evil';");
        Assert.Equal(97, await evaluator.ExitCodeAsync());
        Assert.DoesNotContain(await evaluator.ErrorAsync(), c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public async Task ReportsDoNotFillADisk()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(() => { throw new Error('x'.repeat(100000)); });");
        await evaluator.SendAsync(new string('\n', 5000));
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        string errors = await evaluator.ErrorsAsync();
        Assert.InRange(errors.Count(c => c == '\n'), 10, 250);
        Assert.InRange(errors.Length, 0, 1 << 20);
    }
}
