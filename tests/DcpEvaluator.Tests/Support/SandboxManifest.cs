using System.Text.Json;

namespace DcpEvaluator.Tests.Support;

/// <summary>artifacts/libexec/sandbox/sandbox.json.</summary>
internal sealed record SandboxManifest(
    IReadOnlyList<string> Files,
    IReadOnlyList<string> FilesWithoutPyodide,
    IReadOnlyDictionary<string, string> Worktimes,
    string CodeCache)
{
    public static SandboxManifest Read(string directory, JsonElement json)
    {
        string[] Paths(JsonElement list) => [.. list.EnumerateArray().Select(file => Path.Combine(directory, file.GetString()!))];
        JsonElement[] worktimes = [.. json.GetProperty("worktimes").EnumerateArray()];
        string[] files = Paths(json.GetProperty("files"));
        string[] pyodide = Paths(worktimes.Single(w => w.GetProperty("name").GetString() == "pyodide").GetProperty("files"));
        return new(
            files,
            [.. files.Except(pyodide)],
            worktimes.ToDictionary(w => w.GetProperty("name").GetString()!, w => w.GetProperty("version").GetString()!),
            Path.Combine(directory, json.GetProperty("codeCache").GetString()!));
    }
}
