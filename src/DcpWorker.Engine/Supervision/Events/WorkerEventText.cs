using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Says in one line what happened in a worker.</summary>
public static class WorkerEventText
{
    /// <summary>The line; empty for an event that says all by its name.</summary>
    public static string Describe(WorkerEvent e) => e switch
    {
        WorkerStateChanged x => x.Reason is null ? $"{x.State}" : $"{x.State}: {x.Reason}",
        ServiceConnected x => $"{x.Service} at {x.Location}",
        ServiceDisconnected x => $"{x.Service}: {x.Reason}",
        EvaluatorDown x => x.Message,
        FetchStarted x => $"for {x.Cores:0.##} cores",
        FetchCompleted x => x.Slices.Count == 0 ? "no work" : $"{x.Slices.Values.Sum()} slices of {x.Slices.Count} jobs",
        FetchFailed x => $"{x.Message} ({x.Code})",
        JobAdded x => $"{x.JobId} {x.Name}",
        JobRemoved x => $"{x.JobId}: {x.Reason}",
        SandboxReady x => $"sandbox {x.SandboxId}",
        SandboxAssigned x => $"sandbox {x.SandboxId} works for {x.JobId}",
        SandboxTerminated x => $"sandbox {x.SandboxId}: {x.Reason}",
        SchedulerCommandReceived x => $"{x.Command} {x.Detail}",
        WorkerWarning x => $"{x.Message} ({x.Code})",
        WorkerError x => $"{x.Message} ({x.Code})",
        _ => DescribeSlice(e),
    };

    private static string DescribeSlice(WorkerEvent e) => e switch
    {
        SliceStarted x => $"slice {x.SliceNumber} of {x.JobId} in sandbox {x.SandboxId}",
        SliceProgress x => $"slice {x.SliceNumber} of {x.JobId}: {(x.Percent is { } percent ? $"{percent:0} %" : "working")}",
        SliceConsole x => $"slice {x.SliceNumber} console.{x.Level}: {ConsoleText.Of(x.Message)}",
        SliceCompleted x => $"slice {x.SliceNumber} of {x.JobId} in {x.Elapsed.TotalSeconds:0.000} s ({x.Cpu.TotalSeconds:0.000} s of CPU)",
        SliceFailed x => $"slice {x.SliceNumber} of {x.JobId}: {x.Message} ({x.Code}){(x.WillRetry ? ", trying again" : "")}",
        SliceReturned x => $"slice {x.SliceNumber} of {x.JobId}: {x.Reason}",
        ResultSubmitted x => $"slice {x.SliceNumber} of {x.JobId}, {x.Size:N0} characters",
        ResultRefused x => $"slice {x.SliceNumber} of {x.JobId}: {x.Message} ({x.Code})",
        PaymentReceived x => $"{x.Amount:0.########} DCC to {x.PaymentAddress}",
        _ => "",
    };
}
