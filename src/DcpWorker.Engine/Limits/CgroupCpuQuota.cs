using System.Globalization;

namespace DcpWorker.Engine.Limits;

/// <summary>
/// How many cores' time the groups that this process is in leave it (cpu.max of version 2, cfs_quota_us of version 1). The quota of
/// any enclosing group binds as much as its own.
/// </summary>
internal static class CgroupCpuQuota
{
    /// <summary>Cores, more than 0; null when there is no quota.</summary>
    public static double? Read(CgroupFolders folders)
    {
        double least = folders.UnifiedLineage.Select(OfVersion2)
            .Concat(folders.LineageOf("cpu").Select(OfVersion1))
            .Min() ?? 0;
        return least > 0 ? least : null;
    }

    // "max 100000" or "150000 100000": microseconds in each period
    private static double? OfVersion2(string folder) =>
        Text(folder, "cpu.max")?.Split(' ') is [var quota, var period] ? Share(quota, period) : null;

    // -1: no quota
    private static double? OfVersion1(string folder) =>
        Text(folder, "cpu.cfs_quota_us") is { } quota && Text(folder, "cpu.cfs_period_us") is { } period ? Share(quota, period) : null;

    private static double? Share(string quota, string period) =>
        long.TryParse(quota, NumberStyles.None, CultureInfo.InvariantCulture, out long q) && q > 0
        && long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out long p) && p > 0
            ? (double)q / p
            : null;

    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the root group has none, nor has a group whose controller is not enabled
            return null;
        }
    }
}
