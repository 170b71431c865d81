using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>Everything that JavaScript offers works under lock-down: none of it is a reason to be killed.</summary>
public sealed class LockedDownLanguageTests
{
    private const string WasmTrap =
        "new Uint8Array([0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,5,3,1,0,1,7,5,1,1,102,0,0,10,12,1,10,0,65,128,128,128,1,40,2,0,11])";

    [Theory]
    [InlineData("Date", "new Date(0).toString() + new Date().toLocaleString() + new Date(0).toLocaleDateString('de-DE', { timeZone: 'Asia/Tokyo', timeZoneName: 'long' })")]
    [InlineData("Intl", "Intl.DateTimeFormat().resolvedOptions().timeZone + new Intl.NumberFormat('hi-IN', { style: 'currency', currency: 'INR' }).format(1e9) + new Intl.DisplayNames('fr', { type: 'region' }).of('JP')")]
    [InlineData("collation", "['z', 'ä', 'a'].sort(new Intl.Collator('sv').compare).join() + 'a'.localeCompare('b') + new Intl.PluralRules('ar').select(3) + new Intl.RelativeTimeFormat('ja').format(-1, 'day')")]
    [InlineData("segments", "[...new Intl.Segmenter('th', { granularity: 'word' }).segment('สวัสดีชาวโลก')].length + new Intl.ListFormat('es').format(['a', 'b'])")]
    [InlineData("Unicode", "'ﬁ'.normalize('NFKD') + 'İ'.toLocaleLowerCase('tr') + /\\p{Script=Greek}/u.test('α') + 'ß'.toUpperCase()")]
    [InlineData("big numbers", "((7n ** 20000n) % 1000007n) + (123.456).toLocaleString() + (0.1).toFixed(20) + parseFloat('1e308')")]
    [InlineData("hot loop", "(() => { let x = 0; for (let i = 0; i < 3e7; i++) x = (x * 31 + i) | 0; return x; })()")]
    [InlineData("collection", "(() => { let n = 0; for (let i = 0; i < 200; i++) n += new Array(1e5).fill({ i }).map(o => ({ ...o })).length; return n; })()")]
    [InlineData("regular expressions", "'x'.repeat(1e5).replace(/x/g, (m, i) => i % 10).length + /(?<y>\\d{4})/.exec('in 2020').groups.y")]
    [InlineData("JSON", "JSON.stringify(JSON.parse('[' + '{\"a\":[1,2,{\"b\":null}]},'.repeat(1e5) + '0]')).length")]
    [InlineData("errors", "(() => { try { (function f() { f(); })(); } catch (e) { return e.name + typeof e.stack; } })()")]
    [InlineData("random", "[Math.random(), Math.random()].every(n => n >= 0 && n < 1)")]
    [InlineData("generated code", "Array.from({ length: 2000 }, (_, i) => new Function('x', `return x + ${i}`)(1)).length")]
    [InlineData("WebAssembly trap", $"(() => {{ try {{ new WebAssembly.Instance(new WebAssembly.Module({WasmTrap})).exports.f(); }} catch (e) {{ return e instanceof WebAssembly.RuntimeError; }} }})()")]
    [InlineData("shared memory", "(() => { const m = new WebAssembly.Memory({ initial: 1, maximum: 10, shared: true }); m.grow(2); return Atomics.add(new Int32Array(m.buffer), 0, 5) + Atomics.wait(new Int32Array(m.buffer), 0, 5, 10); })()")]
    public async Task Works(string what, string expression)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("onreadln(line => writeln('= ' + String((0, eval)(line)).length));");
        await evaluator.SendAsync(expression);
        Assert.True(await evaluator.ReadLineOrEndAsync() is string line && line.StartsWith("= ", StringComparison.Ordinal),
            $"{what}: exit code {(evaluator.HasExited ? await evaluator.ExitCodeAsync() : null)}");
        await evaluator.SendAsync("1");
        Assert.Equal("= 1", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    [Fact]
    public async Task WaitsWithoutBlockingAndCollectsWhatIsRegistered()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const cells = new Int32Array(new SharedArrayBuffer(4));
            const registry = new FinalizationRegistry(held => writeln('collected ' + held));
            onreadln(line => {
              if (line.trim() === 'wait') Atomics.waitAsync(cells, 0, 0, 20).value.then(v => writeln(v));
              if (line.trim() === 'drop') { registry.register({}, 'it'); }
              if (line.trim() === 'fill') { for (let i = 0; i < 50; i++) new Array(1e5).fill(i); gc(); }
            });
            """, "--v8-options=--expose-gc --harmony-atomics-waitasync");
        await evaluator.SendAsync("wait");
        Assert.Equal("timed-out", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("drop");
        await evaluator.SendAsync("fill");
        Assert.Equal("collected it", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task CompilesALargeWebAssemblyModuleOnAllThreads()
    {
        // 3000 functions: enough for the background compiler to want every thread it has.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            const leb = n => { const out = []; do { let b = n & 127; n >>>= 7; if (n) b |= 128; out.push(b); } while (n); return out; };
            const section = (id, body) => [id, ...leb(body.length), ...body];
            const count = 3000;
            const code = [0, 32, 0, ...Array.from({ length: 200 }, () => [65, 3, 106, 65, 5, 108]).flat(), 11];
            const body = [...leb(code.length), ...code];
            const bodies = []; for (let i = 0; i < count; i++) bodies.push(...body);
            const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0,
              ...section(1, [1, 96, 1, 127, 1, 127]),
              ...section(3, [...leb(count), ...new Array(count).fill(0)]),
              ...section(7, [1, 1, 102, 0, 0])].concat(section(10, leb(count).concat(bodies))));
            onreadln(() => WebAssembly.instantiate(bytes).then(r => {
              let x = 0; for (let i = 0; i < 20000; i++) x = r.instance.exports.f(x); writeln(typeof x); }));
            """);
        await evaluator.SendAsync("go");
        Assert.Equal("number", await evaluator.ReadLineAsync());
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }
}
