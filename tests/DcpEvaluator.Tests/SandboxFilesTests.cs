using System.Text.Json;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>The official set-up files in our evaluator.</summary>
public sealed class SandboxFilesTests
{
    [Fact]
    public async Task TheNativeListReportsTwentySuccessesAndIsLoaded()
    {
        Assert.Equal(24, Built.Sandbox.Files.Count);
        Assert.Equal((20, 0), await LoadAsync(Built.Sandbox.Files));
    }

    [Fact]
    public async Task LoadsWithoutPyodide()
    {
        Assert.Equal(22, Built.Sandbox.FilesWithoutPyodide.Count);
        Assert.Equal((18, 0), await LoadAsync(Built.Sandbox.FilesWithoutPyodide));
    }

    [Fact]
    public async Task TheManifestListsTheWorktimesThatTheFilesDescribe()
    {
        await using EvaluatorProcess evaluator = await EvaluatorProcess.StartSandboxAsync();
        await evaluator.SendAsync("""{"type":"workerMessage","message":{"_serializeVerId":"v9","what":{"raw":{"request":"describe"}}}}""");
        string line;
        do
        {
            line = await evaluator.ReadLineAsync();
        }
        while (!line.Contains("\"worktimes\"", StringComparison.Ordinal));

        Assert.Equal(2, Built.Sandbox.Worktimes.Count);
        Assert.All(Built.Sandbox.Worktimes, worktime =>
            Assert.Contains($$"""{"name":"{{worktime.Key}}","version":"{{worktime.Value}}"}""", line, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFileIsAsciiSoThatAllEvaluatorsShareItsPages() =>
        Assert.All(Built.Sandbox.Files, file => Assert.True(System.Text.Ascii.IsValid(File.ReadAllBytes(file)), file));

    [Fact]
    public void EveryFileHasACodeCache() =>
        Assert.All(Built.Sandbox.Files, file => Assert.True(File.Exists(Path.Combine(Built.Sandbox.CodeCache, Path.GetFileName(file) + ".v8cache")), file));

    private static async Task<(int Successes, int Failures)> LoadAsync(IEnumerable<string> files)
    {
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(files);
        int successes = 0, failures = 0;
        while (true)
        {
            string line = await evaluator.ReadLineAsync();
            Assert.StartsWith("MSG:", line, StringComparison.Ordinal);
            using JsonDocument json = JsonDocument.Parse(line["MSG:".Length..]);
            JsonElement value = json.RootElement.GetProperty("message").GetProperty("what").GetProperty("raw").GetProperty("value");
            if (value.GetProperty("request").GetString() == "__sandboxLoaded")
            {
                break;
            }

            Assert.Equal("scriptLoaded", value.GetProperty("request").GetString());
            _ = value.GetProperty("result").GetString() == "success" ? successes++ : failures++;
        }

        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
        return (successes, failures);
    }
}
