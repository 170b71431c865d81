using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>What a set-up file finds, and what the five functions do.</summary>
public sealed class FiveFunctionsTests
{
    [Fact]
    public async Task TheGlobalHasFiveEnumerablePropertiesAllOfThemFunctions()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "writeln(Object.keys(globalThis).sort().join()); writeln(Object.keys(globalThis).map(n => typeof globalThis[n]).join());");
        Assert.Equal("die,nextTimer,ontimer,onreadln,writeln".Split(',').Order(), (await evaluator.ReadLineAsync()).Split(',').Order());
        Assert.Equal("function,function,function,function,function", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task BesideThemThereIsOnlyTheLanguageAndWebAssembly()
    {
        // Intl is part of V8's language; the access lists hide it from work functions.
        string[] known =
        [
            "AggregateError", "Array", "ArrayBuffer", "Atomics", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView", "Date",
            "Error", "EvalError", "FinalizationRegistry", "Float32Array", "Float64Array", "Function", "Infinity", "Int16Array", "Int32Array",
            "Int8Array", "Intl", "Iterator", "JSON", "Map", "Math", "NaN", "Number", "Object", "Promise", "Proxy", "RangeError", "ReferenceError",
            "Reflect", "RegExp", "Set", "SharedArrayBuffer", "String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array",
            "Uint32Array", "Uint8Array", "Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet", "WebAssembly", "decodeURI", "decodeURIComponent",
            "encodeURI", "encodeURIComponent", "escape", "eval", "globalThis", "isFinite", "isNaN", "parseFloat", "parseInt", "undefined",
            "unescape", "writeln", "onreadln", "ontimer", "nextTimer", "die",
        ];
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln(Object.getOwnPropertyNames(globalThis).join());");
        Assert.Empty((await evaluator.ReadLineAsync()).Split(',').Except(known));
    }

    [Fact]
    public async Task FilesShareOneGlobalAndItsScriptScope()
    {
        string first = TemporaryFiles.Script("const self = this; var a = 1; let b = 2;");
        string second = TemporaryFiles.Script("writeln([self === globalThis, a, b, eval('a + b'), new Function('return this')() === self].join());");
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(first, second);
        Assert.Equal("true,1,2,3,true", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task ALineIsHandedOverWithItsLineFeed()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(line => writeln(JSON.stringify(line)));");
        await evaluator.SendAsync("a b");
        Assert.Equal("\"a b\\n\"", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task TheTimerFiresOnceAtItsTimeAndZeroDisarmsIt()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            let wanted;
            const steps = [
              () => { nextTimer(0); },                                    // never fires
              () => { wanted = Date.now() + 30; nextTimer(wanted); },
            ];
            let fired = 0;
            ontimer(() => { fired++; writeln('fired ' + fired + ' ' + (Date.now() >= wanted)); });
            onreadln(line => { if (line.trim() === 'disarm') { nextTimer(Date.now() + 5); nextTimer(0); wanted = Date.now() + 50; }
                               if (line.trim() === 'arm') { wanted = Date.now() + 30; nextTimer(wanted); }
                               if (line.trim() === 'past') { wanted = 0; nextTimer(Date.now() - 1000); writeln('never at once'); }
                               if (line.trim() === 'now') { wanted = 0; nextTimer(); writeln('armed'); } });
            """);
        await evaluator.SendAsync("disarm");
        await evaluator.SendAsync("arm");
        Assert.Equal("fired 1 true", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("past");
        Assert.Equal("never at once", await evaluator.ReadLineAsync());
        Assert.Equal("fired 2 true", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("now");
        Assert.Equal("armed", await evaluator.ReadLineAsync());
        Assert.Equal("fired 3 true", await evaluator.ReadLineAsync());
    }

    [Theory]
    [InlineData("die()", 0)]
    [InlineData("die(99)", 99)]
    public async Task DieEndsTheProcessInTheMiddleOfAStatement(string statement, int exitCode)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript($"writeln('before'); try {{ {statement}; }} finally {{ writeln('after'); }}");
        Assert.Equal("before", await evaluator.ReadLineAsync());
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(exitCode, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task PromisesGoOnWithoutFurtherInput()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            onreadln(async line => { await null; await null; writeln('micro-task'); });
            Promise.resolve().then(() => writeln('after the file'));
            writeln('file');
            """);
        Assert.Equal("file", await evaluator.ReadLineAsync());
        Assert.Equal("after the file", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("x");
        Assert.Equal("micro-task", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task CompilesWebAssemblyInTheBackground()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,7,1,96,2,127,127,1,127,3,2,1,0,7,7,1,3,97,100,100,0,0,10,9,1,7,0,32,0,32,1,106,11]);
            onreadln(() => WebAssembly.instantiate(bytes).then(r => writeln(String(r.instance.exports.add(40, 2)))));
            """);
        await evaluator.SendAsync("go");
        Assert.Equal("42", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task OutputLeavesABusyLoop()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('on my way'); for (;;) {}");
        Assert.Equal("on my way", await evaluator.ReadLineAsync());
        Assert.False(evaluator.HasExited);
    }
}
