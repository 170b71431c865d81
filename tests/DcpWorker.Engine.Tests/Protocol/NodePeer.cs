using System.Diagnostics;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>A script of tests/Interop/connection in a node process that ends with this object.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    /// <summary>Where the packages are; null when they have not been installed.</summary>
    public static string? Modules { get; } = FindModules();

    public static NodePeer Start(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = Modules;
        start.ArgumentList.Add(Path.Combine(InteropFolder(), "connection", script));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) => Trace.WriteLine(e.Data);
        process.BeginErrorReadLine();
        return new NodePeer(process);
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? throw new EndOfStreamException("The node process has ended.");

    public Task WriteLineAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string InteropFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DcpWorker.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? ".", "tests", "Interop");
    }

    private static string? FindModules() => new[] { Environment.GetEnvironmentVariable("DCP_INTEROP_MODULES"), Path.Combine(InteropFolder(), "node_modules") }
        .FirstOrDefault(p => p is not null && Directory.Exists(Path.Combine(p, "dcp-client")) && Directory.Exists(Path.Combine(p, "socket.io")));
}

/// <summary>A fact that needs the network's own packages, installed by <c>npm ci</c> in tests/Interop.</summary>
public sealed class InteropFactAttribute : FactAttribute
{
    public InteropFactAttribute() => Skip = NodePeer.Modules is null ? "The npm packages are not installed: run `npm ci` in tests/Interop." : null;
}
