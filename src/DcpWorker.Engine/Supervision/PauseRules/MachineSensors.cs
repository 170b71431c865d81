using System.Globalization;

namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>What rules ask about this machine. Linux.</summary>
/// <param name="root">A folder to look in instead of the root folder.</param>
/// <param name="loginControl">The program that asks logind.</param>
internal sealed class MachineSensors(string root = "", string loginControl = "loginctl")
{
    private readonly LoginSessions _sessions = new(loginControl);

    /// <summary>The load average of the last minute (proc(5), loadavg).</summary>
    /// <exception cref="SensorException">There is none.</exception>
    public double LoadAverage()
    {
        try
        {
            return double.Parse(File.ReadAllText($"{root}/proc/loadavg").Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SensorException($"the load average cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Whether the machine runs on its battery: no mains is connected, and there is one or a battery that is being discharged (the
    /// kernel's power supply class, as systemd's ac-power has it). False for a machine without a battery.
    /// </summary>
    public bool IsOnBattery()
    {
        string folder = $"{root}/sys/class/power_supply";
        bool unplugged = false, hasBattery = false, discharging = false;
        foreach (string supply in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            switch (Text(supply, "type"))
            {
                case "Mains" or "USB" when Text(supply, "online") == "1":
                    return false;
                case "Mains":
                    unplugged = true;
                    break;
                // not that of a mouse
                case "Battery" when Text(supply, "scope") != "Device":
                    hasBattery = true;
                    discharging |= Text(supply, "status") == "Discharging";
                    break;
            }
        }

        return hasBattery && (unplugged || discharging);
    }

    /// <summary>Whether somebody uses this machine, at it or over the network.</summary>
    /// <exception cref="SensorException">logind does not say.</exception>
    public Task<bool> IsUserActiveAsync(CancellationToken ct) => _sessions.IsAnyActiveAsync(ct);

    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // not every supply has every property, and some give an error instead of a value
            return null;
        }
    }
}
