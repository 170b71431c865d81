using System.Globalization;

namespace DcpWorker.Engine.Services.Registration.Systemd;

/// <summary>What <c>systemctl show</c> says of a unit. Source: org.freedesktop.systemd1(5).</summary>
internal sealed class UnitProperties
{
    /// <summary>The properties that are asked for.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID", "StateChangeTimestamp", "StatusText", "NRestarts", "Result", "ExecMainCode", "ExecMainStatus",
        "FragmentPath",
    ];

    // siginfo's si_code, as systemd passes it on
    private const int Exited = 1;

    private readonly Dictionary<string, string> _values;

    private UnitProperties(Dictionary<string, string> values) => _values = values;

    public static UnitProperties Parse(string output)
    {
        Dictionary<string, string> values = [];
        foreach (string line in output.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values[line[..equals]] = line[(equals + 1)..];
            }
        }

        return new UnitProperties(values);
    }

    public ServiceStatus Describe(ServiceStatus status) => Get("LoadState") is "not-found" or ""
        ? status
        : status with
        {
            State = State,
            StartsAtBoot = Get("UnitFileState") is "enabled" or "enabled-runtime",
            IsMasked = Get("LoadState") == "masked",
            ProcessId = Number("MainPID") is > 0 and { } id ? id : null,
            Since = Since,
            StatusText = Text("StatusText"),
            Restarts = Number("NRestarts"),
            LastResult = LastResult,
            Definition = Text("FragmentPath"),
        };

    private ServiceState State => Get("ActiveState") switch
    {
        "active" or "reloading" or "refreshing" => ServiceState.Running,
        "activating" => ServiceState.Starting,
        "deactivating" => ServiceState.Stopping,
        "failed" => ServiceState.Failed,
        _ => ServiceState.Stopped,
    };

    private DateTimeOffset? Since =>
        Get("StateChangeTimestamp") is ['@', .. var seconds] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long unix) && unix > 0
            ? DateTimeOffset.FromUnixTimeSeconds(unix)
            : null;

    /// <summary>Nothing of what ended well, or has never ended.</summary>
    private string? LastResult
    {
        get
        {
            string result = Get("Result");
            (int? code, int? status) = (Number("ExecMainCode"), Number("ExecMainStatus"));
            string end = code switch { null or 0 => "", Exited => $"exit code {status}", _ => $"signal {status}" };
            return result is "success" or "" ? (end is "" or "exit code 0" ? null : end) : end.Length > 0 ? $"{result} ({end})" : result;
        }
    }

    private string Get(string name) => _values.GetValueOrDefault(name, "");

    private string? Text(string name) => Get(name) is { Length: > 0 } text ? text : null;

    private int? Number(string name) => int.TryParse(Get(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
