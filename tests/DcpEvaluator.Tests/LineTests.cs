using System.Text;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>Text on its way in and out.</summary>
public sealed class LineTests
{
    private const string Echo = "onreadln(line => writeln(line.slice(0, -1)));";

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("caf\u00e9 \u00ff\u0080")]
    [InlineData("\u0100 \u20ac \u4e2d\u6587")]
    [InlineData("\ud83d\ude00 mixed \u00e9")]
    [InlineData("nul \u0000 and \u0001")]
    public async Task TextComesBackAsItWas(string text)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        await evaluator.SendAsync(text);
        Assert.Equal(text, await evaluator.ReadLineAsync());
    }

    [Fact]
    public async Task InvalidUtf8BecomesReplacementCharacters()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        await evaluator.Input.WriteAsync("ok \xff \xc3( \xe2\x82 end\n"u8.ToArray());
        await evaluator.Input.FlushAsync();
        Assert.Equal("ok", (await evaluator.ReadLineAsync())[..2]);
        await evaluator.Input.WriteAsync(new byte[] { (byte)'a', 0xFF, (byte)'b', 0xC3, (byte)'c', 0xED, 0xA0, 0x80, (byte)'\n' });
        await evaluator.Input.FlushAsync();
        string answer = await evaluator.ReadLineAsync();
        Assert.StartsWith("a\ufffdb\ufffdc\ufffd", answer, StringComparison.Ordinal);
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task ALoneSurrogateLeavesAsAReplacementCharacter()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('a\\ud800b');");
        Assert.Equal("a\ufffdb", await evaluator.ReadLineAsync());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\u00e9")]
    [InlineData("\u20ac")]
    public async Task ALineOf64MegabytesPassesBothWays(string character)
    {
        int size = 64 << 20;
        byte[] unit = Encoding.UTF8.GetBytes(character);
        byte[] line = new byte[(size / unit.Length * unit.Length) + 1];
        for (int i = 0; i + unit.Length < line.Length; i += unit.Length)
        {
            unit.CopyTo(line, i);
        }

        line[^1] = (byte)'\n';
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        Task send = evaluator.Input.WriteAsync(line).AsTask().ContinueWith(_ => evaluator.Input.FlushAsync(), TaskScheduler.Default).Unwrap();
        byte[] answer = new byte[line.Length];
        await evaluator.Output.ReadExactlyAsync(answer).AsTask().WaitAsync(EvaluatorProcess.Patience);
        await send.WaitAsync(EvaluatorProcess.Patience);
        Assert.True(line.AsSpan().SequenceEqual(answer));
        await evaluator.SendAsync("small again");
        byte[] next = new byte[12];
        await evaluator.Output.ReadExactlyAsync(next).AsTask().WaitAsync(EvaluatorProcess.Patience);
        Assert.Equal("small again\n", Encoding.UTF8.GetString(next));
    }

    [Fact]
    public async Task ALineThatIsTooLongEndsTheEvaluator()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        byte[] block = new byte[1 << 20];
        Array.Fill(block, (byte)'x');
        // The pipe breaks when the evaluator has had enough.
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (int i = 0; i < 600; i++)
            {
                await evaluator.Input.WriteAsync(block).AsTask().WaitAsync(EvaluatorProcess.Patience);
            }
        });
        Assert.Equal(76, await evaluator.ExitCodeAsync());
        Assert.Contains("longer than 512 MB", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyLinesInOneWriteAllArriveInOrder()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        Task send = evaluator.SendAsync(string.Join('\n', Enumerable.Range(0, 50_000)));
        for (int i = 0; i < 50_000; i++)
        {
            Assert.Equal(i.ToString((IFormatProvider?)null), await evaluator.ReadLineAsync());
        }

        await send;
    }

    [Fact]
    public async Task AnUnfinishedLastLineIsDropped()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript(Echo);
        await evaluator.Input.WriteAsync("whole\npart"u8.ToArray());
        evaluator.CloseInput();
        Assert.Equal("whole", await evaluator.ReadLineAsync());
        Assert.Null(await evaluator.ReadLineOrEndAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
    }

    [Fact]
    public async Task ALineWithoutAHandlerIsDroppedWithAWarning()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("writeln('ready');");
        await evaluator.SendAsync("lost");
        evaluator.CloseInput();
        Assert.Equal("ready", await evaluator.ReadLineAsync());
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Contains("onreadln", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }
}
