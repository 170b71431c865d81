using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>Standard output carries what <c>writeln</c> was given, and nothing else.</summary>
public sealed class WireTests
{
    // Longer than the buffer of C's stdout, behind which a shorter text would stay.
    private const string Forgery = "'\\nforged\\n' + ' '.repeat(5000)";

    [Theory]
    [InlineData("throw new Error('cleanup of ' + held)", "cleanup of it")]
    [InlineData("throw " + Forgery, "\u2424forged\u2424")]
    [InlineData("throw { get stack() { throw " + Forgery + "; }, toString() { throw " + Forgery + "; } }", "cannot be shown")]
    [InlineData("throw new Proxy({}, { get() { throw " + Forgery + "; } })", "cannot be shown")]
    [InlineData("(function f() { f(); })()", "RangeError")]
    public async Task AFinalizerThatThrowsIsOneLineOnStandardError(string statement, string message)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "const registry = new FinalizationRegistry(held => { writeln('collected'); " + statement + "; });" + """
            onreadln(line => {
              if (line.trim() === 'drop') registry.register({}, 'it');
              else if (line.trim() === 'collect') gc();
              else writeln('alive');
            });
            """, "--v8-options=--expose-gc");
        await evaluator.SendAsync("drop");
        await evaluator.SendAsync("collect");
        Assert.Equal("collected", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("?");
        Assert.Equal("alive", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        string error = await evaluator.ErrorAsync();
        Assert.StartsWith("dcp-evaluator: uncaught exception: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFinalizerThatGoesOnThrowingIsReportedAsOftenAsAnythingElse()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            let n = 0;
            const registry = new FinalizationRegistry(held => { if (++n === 1000) writeln('collected'); throw new Error('x'.repeat(1000)); });
            onreadln(line => {
              if (line.trim() === 'drop') for (let i = 0; i < 1000; i++) registry.register({}, i);
              else gc();
            });
            """, "--v8-options=--expose-gc");
        await evaluator.SendAsync("drop");
        await evaluator.SendAsync("collect");
        Assert.Equal("collected", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.InRange((await evaluator.ErrorsAsync()).Count(c => c == '\n'), 10, 250);
    }

    [Fact]
    public async Task WhatV8WarnsOfStaysOffTheWire()
    {
        // V8 has an opinion on every program that says it is asm.js and is not.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "onreadln(() => { for (let i = 0; i < 500; i++) new Function('\"use asm\"; return ' + i)(); writeln('served'); });");
        await evaluator.SendAsync("?");
        Assert.Equal("served", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task WhatV8PrintsGoesToStandardError()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "onreadln(() => { for (let i = 0; i < 100; i++) gc(); writeln('served'); });", "--v8-options=--expose-gc --trace-gc");
        await evaluator.SendAsync("?");
        Assert.Equal("served", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Contains(" ms: ", await evaluator.ErrorsAsync(), StringComparison.Ordinal);
    }
}
