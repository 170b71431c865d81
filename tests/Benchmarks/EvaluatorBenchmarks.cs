using System.Diagnostics;

namespace DcpWorker.Benchmarks;

/// <summary>Start, memory and throughput of an evaluator, ours and theirs in turn so that a drifting machine hits both alike.</summary>
internal static class EvaluatorBenchmarks
{
    private const int Runs = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync()
    {
        FigureTable table = new("Evaluator (median of 11 runs in turn)");
        foreach (bool withPython in (bool[])[true, false])
        {
            string files = withPython ? "all files" : "without Python";
            (double ourTime, double ourMemory, double theirTime, double theirMemory) = await StartAsync(withPython);
            table.Add($"start, {files}", "ms", ourTime, theirTime, "≤ 0.3");
            table.Add($"peak memory, {files}", "MiB", ourMemory, theirMemory, "≤ 0.7");
        }

        (double ours20, double ourSum) = await ManyAsync(Peers.OurEvaluator(true));
        (double theirs20, double theirSum) = await ManyAsync(Peers.TheirEvaluator(true));
        table.Add("20 at once, until all are ready", "s", ours20, theirs20);
        table.Add("20 at once, memory in all", "MiB", ourSum, theirSum);
        await EchoAsync(table);
        table.Print();
    }

    private static async Task<(double OurTime, double OurMemory, double TheirTime, double TheirMemory)> StartAsync(bool withPython)
    {
        List<double>[] samples = [[], [], [], []];
        for (int i = 0; i <= Runs; i++)
        {
            (double ourTime, double ourMemory) = await StartOnceAsync(Peers.OurEvaluator(withPython));
            (double theirTime, double theirMemory) = await StartOnceAsync(Peers.TheirEvaluator(withPython));
            if (i == 0)
            {
                // the first run reads the files from the disk
                continue;
            }

            samples[0].Add(ourTime);
            samples[1].Add(ourMemory);
            samples[2].Add(theirTime);
            samples[3].Add(theirMemory);
        }

        return (Median(samples[0]), Median(samples[1]), Median(samples[2]), Median(samples[3]));
    }

    private static async Task<(double Milliseconds, double Memory)> StartOnceAsync(string[] command)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Peers.Start(command);
        await UntilLoadedAsync(process);
        double elapsed = watch.Elapsed.TotalMilliseconds;
        double memory = ProcessFigures.PeakMemory(process.Id);
        process.StandardInput.Close();
        await EndAsync(process);
        return (elapsed, memory);
    }

    private static async Task<(double Seconds, double Memory)> ManyAsync(string[] command)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<Process> processes = [.. Enumerable.Range(0, 20).Select(_ => Peers.Start(command))];
        await Task.WhenAll(processes.Select(UntilLoadedAsync));
        double seconds = watch.Elapsed.TotalSeconds;
        double memory = processes.Sum(p => ProcessFigures.ProportionalMemory(p.Id));
        foreach (Process process in processes)
        {
            process.StandardInput.Close();
        }

        await Task.WhenAll(processes.Select(EndAsync));
        processes.ForEach(p => p.Dispose());
        return (seconds, memory);
    }

    private static async Task EchoAsync(FigureTable table)
    {
        string script = Path.Combine(Path.GetTempPath(), $"dcp-bench-echo-{Environment.ProcessId}.js");
        await File.WriteAllTextAsync(script, "onreadln(function (line) { writeln(line.replace('\\n', '')); });\n");
        try
        {
            string shortLine = new('x', 40);
            string longLine = new('y', 1 << 20);
            table.Add("short lines there and back", "k/s", await RateAsync(Peers.OurEcho(script), shortLine, 200_000) / 1000, await RateAsync(Peers.TheirEcho(script), shortLine, 200_000) / 1000);
            table.Add("lines of 1 MiB there and back", "MiB/s", await RateAsync(Peers.OurEcho(script), longLine, 200), await RateAsync(Peers.TheirEcho(script), longLine, 200));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<double> RateAsync(string[] command, string line, int count)
    {
        using Process process = Peers.Start(command);

        // the first answer shows that it is up
        await process.StandardInput.WriteLineAsync("ready");
        await process.StandardInput.FlushAsync();
        string? answer = await process.StandardOutput.ReadLineAsync();
        Stopwatch watch = Stopwatch.StartNew();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                await process.StandardInput.WriteLineAsync(line);
            }

            await process.StandardInput.FlushAsync();
        });
        int lines = 0;
        using CancellationTokenSource limit = new(Patience);
        while (answer is not null && lines < count)
        {
            answer = await process.StandardOutput.ReadLineAsync(limit.Token);
            lines += string.IsNullOrEmpty(answer) ? 0 : 1;
        }

        double seconds = watch.Elapsed.TotalSeconds;
        await writing;
        process.StandardInput.Close();
        await EndAsync(process);
        return lines / seconds;
    }

    private static async Task UntilLoadedAsync(Process process)
    {
        using CancellationTokenSource limit = new(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains("__sandboxLoaded", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"An evaluator ended before it was ready (exit code {(process.HasExited ? process.ExitCode : -1)}).");
    }

    private static async Task EndAsync(Process process)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    private static double Median(List<double> samples)
    {
        samples.Sort();
        return samples[samples.Count / 2];
    }
}
