namespace DcpWorker.Systemd.Tests;

/// <summary>Needs PowerShell, which is no part of this project.</summary>
internal sealed class PwshFactAttribute : FactAttribute
{
    public PwshFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(f => File.Exists(Path.Combine(f, "pwsh"))))
        {
            Skip = "there is no pwsh on PATH";
        }
    }
}
