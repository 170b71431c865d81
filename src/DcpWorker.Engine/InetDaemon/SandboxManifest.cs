using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>The list of sandbox set-up files, as the build leaves it in <c>libexec/sandbox/sandbox.json</c>.</summary>
public sealed record SandboxManifest
{
    /// <summary>Absolute paths of the set-up files, in the order in which an evaluator runs them.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Absolute path of the code cache made for these files, or null when there is none.</summary>
    public string? CodeCache { get; init; }

    /// <summary>Reads a manifest: <c>{"files":[…],"codeCache":"…"}</c>, paths relative to its own folder.</summary>
    /// <exception cref="InetDaemonException">The manifest, or a file it names, is missing or malformed.</exception>
    public static SandboxManifest Load(string path)
    {
        JsValue manifest;
        try
        {
            manifest = JsonReader.Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SerializationException)
        {
            throw new InetDaemonException("BadSandboxManifest", $"The list of sandbox files '{path}' cannot be read: {error.Message} Build or install the sandbox files again.", error);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] files = manifest["files"] is JsArray list ? [.. list.Strings().Select(f => Path.GetFullPath(f, folder))] : [];
        string? missing = files.FirstOrDefault(f => !File.Exists(f));
        if (files.Length == 0 || missing is not null)
        {
            throw new InetDaemonException("BadSandboxManifest", $"The list of sandbox files '{path}' {(missing is null ? "names none" : $"names '{missing}', which is not there")}. Build or install the sandbox files again.");
        }

        string? cache = manifest["codeCache"].AsString() is { } name ? Path.GetFullPath(name, folder) : null;
        return new SandboxManifest { Files = files, CodeCache = Path.Exists(cache) ? cache : null };
    }
}
