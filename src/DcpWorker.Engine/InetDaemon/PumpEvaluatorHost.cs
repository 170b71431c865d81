using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>
/// Runs evaluators where a socket cannot become a child's standard input: data is copied between socket and pipes. A
/// child outlives a daemon that is killed only until it notices the end of its input.
/// </summary>
internal sealed partial class PumpEvaluatorHost(InetDaemonOptions options, ILogger log) : IEvaluatorHost
{
    public Task<IRunningEvaluator> StartAsync(Socket connection, Action<string> onErrorLine, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ProcessStartInfo start = new(options.Evaluator.Program, options.Evaluator.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            CreateNoWindow = true,
            UseShellExecute = false,
        };
        try
        {
            AcceptedConnection.Prepare(connection);
            Process process = Process.Start(start)!;
            LowerPriority(process);
            return Task.FromResult<IRunningEvaluator>(new PumpedEvaluator(process, connection, options, onErrorLine, log));
        }
        catch (SocketException error)
        {
            connection.Dispose();
            throw new InetDaemonException("EvaluatorStartFailed", $"The connection ended before its evaluator was started: {error.Message}", error);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            connection.Dispose();
            throw new InetDaemonException("EvaluatorStartFailed", $"'{start.FileName}' cannot be started: {error.Message}", error);
        }
    }

    // it has no threads of its own
    public Task CheckProgressAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void LowerPriority(Process process)
    {
        try
        {
            process.PriorityClass = options.Nice switch { 0 => ProcessPriorityClass.Normal, < 15 => ProcessPriorityClass.BelowNormal, _ => ProcessPriorityClass.Idle };
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            LogPriority(log, error, process.Id);
        }
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Warning, Message = "The priority of evaluator {ProcessId} could not be lowered")]
    private static partial void LogPriority(ILogger log, Exception error, int processId);
}
