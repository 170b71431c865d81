namespace DcpWorker.Engine.Logging.Files;

/// <summary>How lines of a file are written.</summary>
public enum LogLineFormat
{
    /// <summary>For people: <c>TIME PROGRAM[PID] LEVEL CATEGORY: TEXT</c>.</summary>
    Text,

    /// <summary>For programs: a JSON object a line.</summary>
    Json,
}
