using System.Diagnostics;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

/// <summary>A run of the built dcp-worker, to its end.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines of stderr, without the one that says to root that it is root.</summary>
    public IReadOnlyList<string> ErrorLines =>
        [.. Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("runs as root: ", StringComparison.Ordinal))];

    public static Task<Finished> RunAsync(string resources, params string[] arguments) => RunAsync(resources, arguments, CancellationToken.None);

    public static async Task<Finished> RunAsync(string resources, string[] arguments, CancellationToken ct)
    {
        using Process process = Start(resources, arguments);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Finished(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dcp-worker {string.Join(' ', arguments)} did not end.");
        }
    }

    public static Process Start(string resources, params string[] arguments)
    {
        ProcessStartInfo start = new(Built.Program("dcp-worker"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DCP_RESOURCE_DIR"] = resources;
        start.Environment["DCP_ETCDIR"] = start.Environment["DCP_CONFIG_ROOT"] = resources;
        start.Environment.Remove("DCP_SCHEDULER_LOCATION");
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
