namespace DcpWorker.Engine.Logging;

/// <summary>
/// Somewhere that lines go. Used by one thread of its own (<see cref="LogPump"/>), which may wait; every wait of a sink is
/// bounded by itself.
/// </summary>
internal interface ILogSink : IDisposable
{
    /// <summary>Writes the first of <paramref name="entries"/>, each whole.</summary>
    /// <returns>How many were written, at least one.</returns>
    /// <exception cref="Exception">None was written, as far as can be known; it is tried again later.</exception>
    int Write(ReadOnlySpan<LogEntry> entries);

    /// <summary>Looks for its file by name again.</summary>
    void Reopen()
    {
    }
}
