using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using DcpWorker.Engine.Configuration;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Looks at one thing within a limit of time, and turns whatever goes wrong into what was found.</summary>
internal sealed partial class CheckRunner(TimeProvider time, ILogger logger)
{
    public const string TimedOut = "TimedOut";

    /// <summary>Looks; <paramref name="remedy"/> is what helps when <paramref name="look"/> throws.</summary>
    public async Task<HostCheck> LookAsync(
        string name, string subject, string remedy, TimeSpan limit, Func<CancellationToken, Task<Finding>> look, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        using CancellationTokenSource ends = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ends.Token, cancellationToken);
        Finding finding;
        try
        {
            finding = await look(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            finding = Finding.Failed(TimedOut, $"No answer within {limit.TotalSeconds:0.#} s.", remedy);
        }
        catch (Exception e) when (CodeOf(e) is { } code)
        {
            finding = Finding.Failed(code, e is SocketException ? $"{subject} cannot be reached: {e.Message}." : e.Message, remedy);
        }

        TimeSpan elapsed = finding.Status == CheckStatus.Skipped ? TimeSpan.Zero : time.GetElapsedTime(start);
        LogCheck(name, subject, finding.Status, elapsed, finding.Detail);
        return new HostCheck(name, subject, finding.Status, elapsed, finding.Detail, finding.Remedy, finding.Code);
    }

    /// <summary>A check that there was no reason to make.</summary>
    public HostCheck Skip(string name, string subject, string why)
    {
        LogCheck(name, subject, CheckStatus.Skipped, TimeSpan.Zero, why);
        return new HostCheck(name, subject, CheckStatus.Skipped, TimeSpan.Zero, why);
    }

    // Null for what is a fault of ours.
    private static string? CodeOf(Exception e) => e switch
    {
        ConfigurationException => "ConfigurationInvalid",
        DcpException known => known.Code,
        SocketException => "ConnectionFailed",
        AuthenticationException => "TlsFailed",
        UnauthorizedAccessException => "AccessDenied",
        Win32Exception => "ProgramNotStarted",
        IOException => "InputOutputFailed",
        _ => null,
    };

    [LoggerMessage(EventId = 910, Level = LogLevel.Debug, Message = "{Check} {Subject}: {Status} after {Duration}: {Detail}")]
    private partial void LogCheck(string check, string subject, CheckStatus status, TimeSpan duration, string detail);
}
