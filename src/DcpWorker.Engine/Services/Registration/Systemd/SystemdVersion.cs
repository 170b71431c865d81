using System.Diagnostics;

namespace DcpWorker.Engine.Services.Registration.Systemd;

/// <summary>The version of the installed systemd, as <c>systemctl --version</c> begins: <c>systemd 252 (252.38-1)</c>.</summary>
internal static class SystemdVersion
{
    /// <summary>The version; 0 when it cannot be found out.</summary>
    public static int Read()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("systemctl", "--version") { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Parse(output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    /// <summary>The number in the first line.</summary>
    internal static int Parse(string output) =>
        output.Split(' ', '\n') is ["systemd", { } version, ..] && int.TryParse(version, out int number) ? number : 0;
}
