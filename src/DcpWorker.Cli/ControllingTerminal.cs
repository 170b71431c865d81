namespace DcpWorker.Cli;

/// <summary>The terminal that this process was started from, if any.</summary>
internal static class ControllingTerminal
{
    private const string Device = "/dev/tty";

    /// <summary>Whether there is one now; it is gone once its window was closed or its line broke. Source: tty(4).</summary>
    public static bool Exists()
    {
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle terminal = File.OpenHandle(Device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
