using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>No sandbox takes more memory than it was given, whatever it asks for.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task TheHeapEndsTheEvaluatorAtItsLimit()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "onreadln(() => { const kept = []; for (;;) kept.push(new Array(1000).fill(kept)); });", "--max-heap-mb", "64");
        await evaluator.SendAsync("go");
        Assert.Equal(72, await evaluator.ExitCodeAsync());
        Assert.Contains("64 MB of JavaScript heap", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuffersOverTheirLimitAreRefusedWithARangeErrorAndComeBack()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            onreadln(() => {
              let kept = [], refused;
              try { for (;;) kept.push(new Uint8Array(8 << 20)); } catch (e) { refused = e.name; }
              const count = kept.length;
              kept = [];
              writeln(refused + ' ' + count);
            });
            """, "--max-buffer-mb", "64");
        await evaluator.SendAsync("go");
        Assert.Equal("RangeError 8", await evaluator.ReadLineAsync());
        await evaluator.SendAsync("again: what was given up is collected");
        Assert.Equal("RangeError 8", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task WebAssemblyMemoriesAreBoundedTogether()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            onreadln(() => {
              const kept = [];
              let megabytes = 0;
              try { for (;;) { kept.push(new WebAssembly.Memory({ initial: 4096 })); megabytes += 256; } } catch (e) { writeln(e.name + ' ' + (megabytes <= 1536)); }
            });
            """, "--max-heap-mb", "128", "--max-buffer-mb", "128");
        await evaluator.SendAsync("go");
        Assert.Equal("RangeError true", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task GrowingAWebAssemblyMemoryIsBoundedToo()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("""
            onreadln(() => {
              const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
              try { for (;;) memory.grow(1024); } catch (e) { writeln(e.name + ' ' + (memory.buffer.byteLength <= 1536 * 1048576)); }
            });
            """, "--max-heap-mb", "128", "--max-buffer-mb", "128");
        await evaluator.SendAsync("go");
        Assert.Equal("RangeError true", await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task ALineThatDoesNotFitEndsTheEvaluator()
    {
        // V8 makes the one huge string, and counts it at its next collection.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(
            "onreadln(line => { const kept = [line]; for (let i = 0; i < 1e6; i++) kept[1 + (i & 1023)] = { i }; kept.push(line); });",
            "--max-heap-mb", "32", "--max-buffer-mb", "1");
        byte[] line = new byte[200 << 20];
        Array.Fill(line, (byte)'x');
        line[^1] = (byte)'\n';
        await evaluator.Input.WriteAsync(line).AsTask().WaitAsync(EvaluatorProcess.Patience);
        await evaluator.Input.FlushAsync().WaitAsync(EvaluatorProcess.Patience);
        Assert.Equal(72, await evaluator.ExitCodeAsync());
        Assert.Contains("out of memory", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALimitThatIsTighterAlreadyStays()
    {
        // In kB, where ours would be 5 GB.
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartFromShell("ulimit -d 2000000; exec \"$@\"", TemporaryFiles.Script("onreadln(() => writeln('served'));"));
        await evaluator.SendAsync("?");
        Assert.Equal("served", await evaluator.ReadLineAsync());
        string limit = Assert.Single(File.ReadLines($"/proc/{evaluator.Id}/limits"), line => line.StartsWith("Max data size", StringComparison.Ordinal));
        Assert.Equal(["2048000000", "2048000000"], limit[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }
}
