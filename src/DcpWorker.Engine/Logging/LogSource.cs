using System.Globalization;
using System.Net;

namespace DcpWorker.Engine.Logging;

/// <summary>Who logs: what a reader of several logs tells programs apart by.</summary>
/// <param name="Program">The program's name, for example <c>dcp-worker</c>: the tag in syslog.</param>
/// <param name="ProcessId">Its process id.</param>
/// <param name="Host">Name of the host.</param>
public sealed record LogSource(string Program, string ProcessId, string Host)
{
    /// <summary>This process, under the name of <paramref name="program"/>.</summary>
    public static LogSource OfThisProcess(string program) =>
        new(program, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Dns.GetHostName());
}
