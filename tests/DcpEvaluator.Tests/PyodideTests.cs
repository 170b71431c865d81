using System.Text.Json;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>The heaviest thing a work function can be: Python, compiled from WebAssembly under lock-down.</summary>
public sealed class PyodideTests
{
    [Fact]
    public async Task ComputesASliceInPython()
    {
        string source = JsonSerializer.Serialize("""
            import dcp, math, json, re
            def handler(x):
                dcp.progress()
                return math.factorial(x) + len(json.dumps(re.findall('a+', 'aabaaa'))) + sum(i * i for i in range(100000))
            dcp.set_slice_handler(handler)
            """);
        await using EvaluatorProcess evaluator = await EvaluatorProcess.StartSandboxAsync();
        await RequestAsync(evaluator, """{"webgpu":0,"offscreenCanvas":0,"worktime":"pyodide","request":"applyRequirements"}""", "applyRequirementsDone");
        await RequestAsync(evaluator, $$$"""
            {"request":"assign","job":{"id":"jPython","arguments":[1],"dependencies":[],"modulePath":[],"public":{},"requirePath":[],"workFunction":{{{source}}},"useStrict":false,"worktime":{"name":"pyodide","version":"0.28.0"}},"sandboxConfig":{"progressThrottle":0.1}}
            """.Trim(), "assigned");
        string complete = await RequestAsync(evaluator, """{"request":"main","data":10}""", "complete");
        Assert.Contains("\"result\":333328336978813", complete, StringComparison.Ordinal);
        evaluator.CloseInput();
        Assert.Equal(0, await evaluator.ExitCodeAsync());
        Assert.Equal("", await evaluator.ErrorsAsync());
    }

    private static async Task<string> RequestAsync(EvaluatorProcess evaluator, string request, string answer)
    {
        await evaluator.SendAsync("{\"type\":\"workerMessage\",\"message\":{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":" + request + "}}}");
        while (true)
        {
            string line = await evaluator.ReadLineAsync();
            Assert.DoesNotContain("workError", line, StringComparison.Ordinal);
            Assert.DoesNotContain("\"exception\"", line, StringComparison.Ordinal);
            if (line.Contains($"\"{answer}\"", StringComparison.Ordinal))
            {
                return line;
            }
        }
    }
}
