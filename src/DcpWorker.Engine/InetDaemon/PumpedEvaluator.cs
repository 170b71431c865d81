using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>An evaluator whose pipes are copied to and from its connection. Back-pressure holds: each direction has one buffer.</summary>
internal sealed partial class PumpedEvaluator : IRunningEvaluator
{
    private const int BufferSize = 1 << 16;

    private readonly Process _process;
    private readonly Socket _connection;
    private readonly InetDaemonOptions _options;
    private readonly ILogger _log;

    internal PumpedEvaluator(Process process, Socket connection, InetDaemonOptions options, Action<string> onErrorLine, ILogger log)
    {
        (_process, _connection, _options, _log) = (process, connection, options, log);
        ProcessId = process.Id;
        Ended = RunAsync(new ErrorLines(options.MaxErrorLine, onErrorLine));
    }

    public int ProcessId { get; }

    public Task<EvaluatorEnd> Ended { get; }

    // no signal does this where this class is used
    public bool IsSuspended => false;

    public bool Suspend() => false;

    public bool Resume() => false;

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error)
        {
            LogKill(_log, error, ProcessId);
        }
    }

    private async Task<EvaluatorEnd> RunAsync(ErrorLines errors)
    {
        await using NetworkStream socket = new(_connection, ownsSocket: false);
        Task input = CopyAsync(socket, _process.StandardInput.BaseStream, _process.StandardInput.Close);
        Task output = CopyAsync(_process.StandardOutput.BaseStream, socket, static () => { });
        Task complaints = ReadErrorsAsync(errors);
        Task exited = _process.WaitForExitAsync(CancellationToken.None);

        bool hungUp = await Task.WhenAny(input, exited).ConfigureAwait(false) == input;
        if (hungUp && await Task.WhenAny(exited, Task.Delay(_options.HangUpGrace)).ConfigureAwait(false) != exited)
        {
            Kill();
        }

        await exited.ConfigureAwait(false);
        await Task.WhenAll(output, complaints).ConfigureAwait(false);
        await LingeringClose.RunAsync(_connection).ConfigureAwait(false);
        await input.ConfigureAwait(false);
        EvaluatorExit exit = new(_process.ExitCode, null);
        _process.Dispose();
        return new EvaluatorEnd(hungUp ? ConnectionCloseCause.PeerHungUp : ConnectionCloseCause.EvaluatorExited, exit);
    }

    private async Task CopyAsync(Stream from, Stream to, Action atEnd)
    {
        try
        {
            await from.CopyToAsync(to, BufferSize).ConfigureAwait(false);
            atEnd();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            LogCopyEnded(_log, ProcessId, error.Message);
        }
    }

    private async Task ReadErrorsAsync(ErrorLines errors)
    {
        byte[] buffer = new byte[4096];
        try
        {
            for (int count; (count = await _process.StandardError.BaseStream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                errors.Add(buffer.AsSpan(0, count));
            }
        }
        catch (IOException error)
        {
            LogCopyEnded(_log, ProcessId, error.Message);
        }

        errors.Complete();
    }

    [LoggerMessage(EventId = 321, Level = LogLevel.Debug, Message = "A pipe of evaluator {ProcessId} ended: {Reason}")]
    private static partial void LogCopyEnded(ILogger log, int processId, string reason);

    [LoggerMessage(EventId = 322, Level = LogLevel.Warning, Message = "Evaluator {ProcessId} could not be killed")]
    private static partial void LogKill(ILogger log, Exception error, int processId);
}
