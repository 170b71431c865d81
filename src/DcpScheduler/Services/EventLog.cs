namespace DcpScheduler.Services;

internal static partial class EventLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Error, Message = "Events of job {Job} could not be delivered")]
    public static partial void DeliveryFailed(ILogger log, Exception e, string job);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "The deployer refused event {Label} of job {Job}: {Reason}")]
    public static partial void Refused(ILogger log, string label, string job, string? reason);

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Event {Label} of job {Job} was not delivered and waits until the session is resumed, or for the next subscriber: {Reason}")]
    public static partial void NotDelivered(ILogger log, string label, string job, string reason);

    [LoggerMessage(EventId = 303, Level = LogLevel.Debug, Message = "The command '{Command}' for job {Job} goes to worker {Worker}")]
    public static partial void CommandPosted(ILogger log, string command, string job, string worker);

    [LoggerMessage(EventId = 304, Level = LogLevel.Information, Message = "The command '{Command}' was not delivered to a worker of {Identity}: {Reason}")]
    public static partial void CommandNotDelivered(ILogger log, string command, string identity, string? reason);
}
