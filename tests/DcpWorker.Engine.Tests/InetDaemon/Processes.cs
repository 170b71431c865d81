using System.Diagnostics;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>What /proc knows of processes that are not ours.</summary>
internal static class Processes
{
    /// <summary>Fields of /proc/PID/stat after the command's name: state is 0, group 2, nice 16. Null when the process is gone.</summary>
    internal static string[]? Stat(int processId)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{processId}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static bool Lives(int processId) => Stat(processId) is { } stat && stat[0] is not ("Z" or "X");

    internal static async Task<bool> IsGoneWithinAsync(int processId, TimeSpan limit)
    {
        for (long start = Stopwatch.GetTimestamp(); Lives(processId);)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                return false;
            }

            await Task.Delay(20);
        }

        return true;
    }
}
