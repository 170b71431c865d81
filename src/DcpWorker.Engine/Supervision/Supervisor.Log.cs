using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <content>What goes to the log.</content>
internal sealed partial class Supervisor
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A fault in the supervisor")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Debug, Message = "Job {Job} went before its artifacts came")]
    private partial void LogLoadCancelled(string job);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Information, Message = "Slice {Slice} of job {Job} failed: {Code} {Reason}")]
    private partial void LogSliceFailed(long slice, string job, string code, string reason);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Warning, Message = "The result of slice {Slice} of job {Job} stays in the journal until the next start")]
    private partial void LogLeftInJournal(long slice, string job);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Warning, Message = "What slice {Slice} of job {Job} said is late; its result goes ahead")]
    private partial void LogLateAnnouncements(long slice, string job);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Debug, Message = "No sandbox for slice {Slice} of job {Job} at the moment")]
    private partial void LogNotStarted(long slice, string job);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Warning, Message = "Job {Job} is not served any more: {Code} {Reason}")]
    private partial void LogJobRejected(string job, string code, string reason);

    [LoggerMessage(EventId = 4022, Level = LogLevel.Information, Message = "{Count} slices of job {Job} go back: {Reason}")]
    private partial void LogReturnedUnknown(int count, string job, string reason);
}
