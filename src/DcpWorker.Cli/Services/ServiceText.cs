using System.Globalization;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cli.Services;

/// <summary>A service for people: a line.</summary>
internal static class ServiceText
{
    public static string Line(ServiceStatus s)
    {
        string process = s.ProcessId is { } id ? $", process {id}" : "";
        string boot = s.State == ServiceState.NotInstalled || s.StartsAtBoot ? "" : ", does not start with the machine";
        string restarts = s.Restarts is > 0 and { } count ? $", started again {count} {(count == 1 ? "time" : "times")}" : "";
        string since = s.Since is { } time && s.State != ServiceState.NotInstalled ? $" since {time.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}" : "";
        string[] more = [.. new[] { s.StatusText, s.LastResult is { } result ? $"last result: {result}" : null }.OfType<string>()];
        return $"{s.Name,-16} {StateOf(s.State)}{since}{process}{boot}{restarts}{(more.Length > 0 ? ": " + string.Join("; ", more) : "")}";
    }

    private static string StateOf(ServiceState state) => state switch { ServiceState.NotInstalled => "not installed", _ => state.ToString().ToLowerInvariant() };
}
