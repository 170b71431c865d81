using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>A code cache makes a start faster, and can never make it wrong.</summary>
public sealed class CodeCacheTests
{
    private const string Script = "function f() { return 'original'; } writeln(f());";

    [Fact]
    public async Task IsWrittenOnceAndUsedLater()
    {
        string script = TemporaryFiles.Script(Script);
        string cache = await MakeAsync(script);
        Assert.True(File.Exists(Path.Combine(cache, "set-up.js.v8cache")));
        Assert.Equal("original", await FirstLineAsync("--code-cache", cache, script));
    }

    [Theory]
    [InlineData("--v8-options=--no-lazy")]
    [InlineData("--v8-options=--jitless")]
    public async Task IsLeftAloneWhenMadeWithOtherFlags(string flags)
    {
        string script = TemporaryFiles.Script(Script);
        Assert.Equal("original", await FirstLineAsync(flags, "--code-cache", await MakeAsync(script), script));
    }

    [Fact]
    public async Task IsLeftAloneWhenTheFileHasChangedWithoutChangingItsLength()
    {
        string script = TemporaryFiles.Script(Script);
        string cache = await MakeAsync(script);
        File.WriteAllText(script, Script.Replace("original", "modified", StringComparison.Ordinal));
        Assert.Equal("modified", await FirstLineAsync("--code-cache", cache, script));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(100)]
    public async Task IsLeftAloneWhenCutShort(int length)
    {
        string script = TemporaryFiles.Script(Script);
        string cache = await MakeAsync(script);
        string file = Path.Combine(cache, "set-up.js.v8cache"), copy = TemporaryFiles.CreateDirectory();
        File.WriteAllBytes(Path.Combine(copy, "set-up.js.v8cache"), File.ReadAllBytes(file)[..length]);
        Assert.Equal("original", await FirstLineAsync("--code-cache", copy, script));
    }

    [Fact]
    public async Task IsLeftAloneWhenItIsNonsense()
    {
        string script = TemporaryFiles.Script(Script), cache = TemporaryFiles.CreateDirectory();
        File.WriteAllBytes(Path.Combine(cache, "set-up.js.v8cache"), [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))]);
        Assert.Equal("original", await FirstLineAsync("--code-cache", cache, script));
    }

    [Fact]
    public async Task MayBeMissing() =>
        Assert.Equal("original", await FirstLineAsync("--code-cache", "/no/such/directory", TemporaryFiles.Script(Script)));

    [Fact]
    public async Task ThatCannotBeWrittenIsAnError()
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.StartScript("", "--make-code-cache", "/proc/no-such-place");
        Assert.NotEqual(0, await evaluator.ExitCodeAsync());
        Assert.Contains("/proc/no-such-place", await evaluator.ErrorAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> MakeAsync(string script)
    {
        string cache = Path.Combine(TemporaryFiles.CreateWritableDirectory(), "cache");
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start("--make-code-cache", cache, script);
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
        return cache;
    }

    private static async Task<string> FirstLineAsync(params string[] arguments)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(arguments);
        string line = await evaluator.ReadLineAsync();
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        return line;
    }
}
