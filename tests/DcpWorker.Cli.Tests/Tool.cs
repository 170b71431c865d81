using System.Diagnostics;
using DcpWorker.Engine;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

/// <summary>Runs the installed programs by any of their names, in a folder that is at once their site, their system and their user.</summary>
internal sealed class Tool(TemporaryFolder folder)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>More variables for the program.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Whether programs may run as root, as they do when the tests do.</summary>
    public bool AllowRoot { get; init; } = true;

    /// <summary>dcp-worker, with nothing on stdin.</summary>
    public Task<Finished> RunAsync(params string[] arguments) => RunProgramAsync("dcp-worker", "", arguments);

    /// <summary>A program of ours with this text on stdin.</summary>
    public Task<Finished> RunProgramAsync(string program, string input, params string[] arguments) =>
        FinishAsync(Built.Program(program), input, arguments);

    /// <summary>Lines for a shell that finds our programs by name; the first that fails ends it.</summary>
    public Task<Finished> RunScriptAsync(string script)
    {
        Variables["PATH"] = $"{Path.GetDirectoryName(Built.Program("dcp-worker"))}:{Environment.GetEnvironmentVariable("PATH")}";
        return FinishAsync("bash", script, ["-euo", "pipefail"]);
    }

    private async Task<Finished> FinishAsync(string program, string input, string[] arguments)
    {
        using Process process = Start(program, arguments);
        using CancellationTokenSource limit = new(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await WriteAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return new Finished(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }
    }

    /// <summary>dcp-worker on a terminal of its own (script(1)); its stdout is what the terminal shows. exec: no shell is to take the interrupt.</summary>
    public Process StartOnTerminal(params string[] arguments) =>
        Start("script", ["--quiet", "--return", "--command", $"exec '{Built.Program("dcp-worker")}' {string.Join(' ', arguments.Select(a => $"'{a}'"))}", "/dev/null"]);

    /// <summary>A program that goes on; whoever starts it ends it.</summary>
    public Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("DCP_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in (string[])["DCP_RESOURCE_DIR", "DCP_ETCDIR", "DCP_CONFIG_ROOT"])
        {
            start.Environment[name] = folder.Path;
        }

        if (AllowRoot)
        {
            start.Environment[RootUser.Variable] = "1";
        }

        // folders for temporary files are everybody's
        start.Environment["DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION"] = "1";
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has ended without reading, and its exit code says why
        }
    }
}
