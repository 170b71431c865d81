using System.Runtime.InteropServices;

namespace DcpWorker.Cli;

/// <summary>
/// The ways to stop the program from outside: the first SIGINT (Ctrl-C) or SIGTERM asks it to finish what it is at, the
/// second one to drop it; SIGQUIT and SIGHUP ask for the latter at once, unless SIGHUP is for the log (<see cref="OnHangUp"/>).
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly CancellationTokenSource Everything = new();

    private readonly CancellationTokenSource _soft = new();
    private readonly CancellationTokenSource _hard = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenRegistration _outside;
    private readonly Action<string> _say;
    private readonly TimeSpan? _limit;
    private int _count;

    /// <param name="say">Told in words what a signal led to.</param>
    /// <param name="finishing">What the program does after the first signal, for the message; null when there is nothing to finish.</param>
    /// <param name="limit">How long finishing may take before it is dropped all the same; null: as long as it needs.</param>
    public StopSignals(Action<string> say, string? finishing = null, TimeSpan? limit = null)
    {
        (_say, _limit) = (say, limit);
        Finishing = finishing;
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        _outside = Everything.Token.Register(() => Cancel(hard: Finishing is null));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Soft => _soft.Token;

    /// <summary>Cancelled when what is being done should be dropped.</summary>
    public CancellationToken Hard => _hard.Token;

    /// <summary>Asked first what SIGHUP is about; true: it is dealt with, and nothing is to be stopped.</summary>
    public Func<bool>? OnHangUp { get; set; }

    /// <summary>What the first signal does, for systems that stop services by other means.</summary>
    public static void StopAll() => Everything.Cancel();

    private string? Finishing { get; }

    public void Dispose()
    {
        _outside.Dispose();
        _registrations.ForEach(r => r.Dispose());
        _soft.Dispose();
        _hard.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && OnHangUp?.Invoke() == true)
        {
            return;
        }

        int count = Interlocked.Increment(ref _count);
        bool hard = count > 1 || Finishing is null || context.Signal is PosixSignal.SIGQUIT or PosixSignal.SIGHUP;
        _say(hard ? $"{context.Signal}: stopping now" : $"{context.Signal}: {Finishing}; once more to stop now");
        // Off the signal's thread: who waits for a token must not be able to hold up the next signal.
        ThreadPool.QueueUserWorkItem(_ => Cancel(hard));
    }

    private void Cancel(bool hard)
    {
        try
        {
            _soft.Cancel();
            if (hard)
            {
                _hard.Cancel();
            }
            else if (_limit is { } limit)
            {
                _hard.CancelAfter(limit);
            }
        }
        catch (ObjectDisposedException)
        {
            // The program was at its end anyway when the signal came.
        }
    }
}
