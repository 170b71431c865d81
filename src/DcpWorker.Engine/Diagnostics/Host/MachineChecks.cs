using System.Globalization;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What the machine has to give: cores and space.</summary>
internal sealed class MachineChecks(HostExaminationOptions options, CheckRunner runner, string resourceDirectory)
{
    private const string LoadFile = "/proc/loadavg";

    public async Task<IReadOnlyList<HostCheck>> DisksAsync(CancellationToken cancellationToken)
    {
        string[] folders = [.. new[] { resourceDirectory, Path.GetTempPath() }.Select(ExistingFolder.Of).Distinct(StringComparer.Ordinal)];
        return await Task.WhenAll(folders.Select(folder => runner.LookAsync(
            HostCheckNames.Disk, folder, "See to it that the folder can be reached.", options.Timeout, _ => Task.Run(() => Disk(folder)), cancellationToken))).ConfigureAwait(false);
    }

    public Task<HostCheck> ProcessorAsync(ConfigurationTree tree, CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Processor,
        "",
        "See what keeps this computer busy.",
        options.Timeout,
        ct => ProcessorAsync(WorkerConfiguration.Sandboxes(new ConfigurationValues(tree)) ?? WorkerOptions.DefaultSandboxes, ct),
        cancellationToken);

    private Finding Disk(string folder)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        string detail = $"{Size(free)} are free at {folder}.";
        const string Remedy = "Make room, or name a resource directory on another disk (DCP_RESOURCE_DIR).";
        return free < options.DiskLimit ? Finding.Failed("DiskFull", detail, Remedy)
            : free < options.DiskTolerance ? Finding.Warning("DiskLow", detail, Remedy)
            : Finding.Passed(detail);
    }

    private static async Task<Finding> ProcessorAsync(int sandboxes, CancellationToken cancellationToken)
    {
        int cores = Environment.ProcessorCount;
        string detail = $"{Count(cores, "core")}, {Count(sandboxes, "sandbox", "es")}";
        if (sandboxes > cores)
        {
            return Finding.Warning("TooManySandboxes", $"{detail}: they are in each other's way.", $"Set worker.maxSandboxes to {cores} at most.");
        }

        if (!File.Exists(LoadFile))
        {
            return Finding.Passed($"{detail}.");
        }

        string text = await File.ReadAllTextAsync(LoadFile, cancellationToken).ConfigureAwait(false);
        double load = double.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        (IReadOnlyList<RunningWorker> workers, _) = await RunningWorkers.FindAsync(cancellationToken).ConfigureAwait(false);
        int ours = workers.Sum(w => w.SlicesWorking);
        double free = Math.Max(0, cores - Math.Max(0, load - ours));
        detail = $"{detail}, load {load.ToString("0.0", CultureInfo.InvariantCulture)}{(ours > 0 ? $" with {Count(ours, "slice")} of workers here" : "")}";
        return free >= 1
            ? Finding.Passed($"{detail}: {Count((int)free, "core")} free.")
            : Finding.Warning("ProcessorBusy", $"{detail}: no core is free.", "The worker yields to everything else, so slices will take long. See what keeps this computer busy, or wait.");
    }

    private static string Count(int number, string noun, string plural = "s") => number == 1 ? $"1 {noun}" : $"{number} {noun}{plural}";

    private static string Size(long bytes) => bytes >= 1L << 30
        ? (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB"
        : (bytes / (double)(1L << 20)).ToString("0", CultureInfo.InvariantCulture) + " MiB";
}
