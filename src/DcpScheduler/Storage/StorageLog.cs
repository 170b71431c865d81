namespace DcpScheduler.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "Could not write to the database")]
    public static partial void WriteFailed(ILogger log, Exception e);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Too much waits to be written: a change that a restart can do without was not stored")]
    public static partial void PostDropped(ILogger log);
}
