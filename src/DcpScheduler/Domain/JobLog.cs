using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Domain;

internal static partial class JobLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Job {Job} '{Name}' submitted by {Owner}, {Slices} slices so far")]
    public static partial void Submitted(ILogger log, string job, string name, int slices, Address owner);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Job {Job} {Status}, {Done} of {Slices} slices done; {Reason}")]
    public static partial void Ended(ILogger log, string job, JobStatus status, int done, int slices, string? reason);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, Message = "Job {Job}: {Count} slices returned by worker {Worker}: {Reason}")]
    public static partial void Returned(ILogger log, string job, int count, string worker, string? reason);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "Job {Job}: {Count} slices taken back from worker {Worker}: {Reason}")]
    public static partial void TakenBack(ILogger log, string job, int count, string worker, string reason);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "The periodic check of leases failed")]
    public static partial void SweepFailed(ILogger log, Exception e);

    [LoggerMessage(EventId = 205, Level = LogLevel.Warning, Message = "Job {Job} cannot be put into a message to a worker")]
    public static partial void Unspeakable(ILogger log, Exception e, string job);
}
