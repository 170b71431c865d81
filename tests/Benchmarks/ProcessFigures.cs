using System.Globalization;

namespace DcpWorker.Benchmarks;

/// <summary>What the kernel says of a running process (proc(5)).</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>Greatest resident memory so far, MiB.</summary>
    public static double PeakMemory(int pid) => Kilobytes($"/proc/{pid}/status", "VmHWM:") / 1024;

    /// <summary>Resident memory with shared pages divided among their users, MiB.</summary>
    public static double ProportionalMemory(int pid) => Kilobytes($"/proc/{pid}/smaps_rollup", "Pss:") / 1024;

    /// <summary>CPU time used so far, all threads, seconds.</summary>
    public static double CpuSeconds(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static double Kilobytes(string file, string name)
    {
        string line = File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
