using System.Globalization;

namespace DcpWorker.Engine.Control;

/// <summary>A place where somebody of this machine can be controlled: a socket in a folder, or a named pipe.</summary>
/// <param name="Kind"><see cref="Worker"/> or <see cref="InetDaemon"/>.</param>
/// <param name="ProcessId">The process that serves it, if it still runs.</param>
/// <param name="Number">Which one of the process, from 1.</param>
/// <param name="Path">The socket's path, or the name of the pipe.</param>
internal sealed record ControlEndpoint(string Kind, int ProcessId, int Number, string Path)
{
    public const string Worker = "worker";
    public const string InetDaemon = "inet-daemon";

    private const string Extension = ".sock";

    public static string FileName(string kind, int processId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{processId}-{number}{Extension}");

    /// <summary>Reads the name of a socket; null when it is none of ours.</summary>
    public static ControlEndpoint? Parse(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        string[] parts = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length].Split('-') : [];
        return parts.Length >= 3
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && string.Join('-', parts[..^2]) is var kind and (Worker or InetDaemon)
                ? new ControlEndpoint(kind, process, number, path)
                : null;
    }
}
