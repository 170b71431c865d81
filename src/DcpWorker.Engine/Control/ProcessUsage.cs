using System.Globalization;

namespace DcpWorker.Engine.Control;

/// <summary>What another process uses, as /proc tells everybody (proc(5)); zero where there is none, or when it is gone.</summary>
internal static class ProcessUsage
{
    private const int ResidentField = 1;

    // fields 14 and 15 of stat, counted from what follows the name
    private const int UserTimeField = 11;
    private const int SystemTimeField = 12;

    // sysconf(_SC_CLK_TCK) on every Linux
    private const double TicksPerSecond = 100;

    /// <summary>Resident memory in bytes, and processor time.</summary>
    public static (long Memory, TimeSpan Cpu) Of(int processId)
    {
        try
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
            long pages = long.Parse(File.ReadAllText(folder + "/statm").Split(' ')[ResidentField], CultureInfo.InvariantCulture);
            string stat = File.ReadAllText(folder + "/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            double ticks = double.Parse(fields[UserTimeField], CultureInfo.InvariantCulture) + double.Parse(fields[SystemTimeField], CultureInfo.InvariantCulture);
            return (pages * Environment.SystemPageSize, TimeSpan.FromSeconds(ticks / TicksPerSecond));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return default;
        }
    }
}
