using System.Globalization;
using System.Text.Json;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Control;

/// <summary>A running worker as a JSON object. Times are in seconds, memory in bytes. Names and units stay as they are once released.</summary>
internal static class StatusJson
{
    public static JsObject ToJson(RunningWorker w) => new()
    {
        ["id"] = w.Id,
        ["processId"] = w.ProcessId,
        ["user"] = w.User,
        ["startedBy"] = Name(w.StartedBy),
        ["state"] = Name(w.State),
        ["pauseMode"] = w.PauseMode is { } mode ? Name(mode) : JsValue.Null,
        ["pauseReason"] = w.PauseReason,
        ["uptime"] = Seconds(w.Uptime),
        ["capacity"] = w.Capacity,
        ["slicesWorking"] = w.SlicesWorking,
        ["slicesQueued"] = w.SlicesQueued,
        ["slicesDone"] = w.SlicesDone,
        ["slicesFailed"] = w.SlicesFailed,
        ["slicesReturned"] = w.SlicesReturned,
        ["resultsPending"] = w.ResultsPending,
        ["earned"] = (double)w.Earned,
        ["cpuTime"] = Seconds(w.CpuTime),
        ["cpuPercent"] = w.CpuPercent,
        ["memory"] = w.Memory,
        ["evaluatorMemory"] = w.EvaluatorMemory is { } bytes ? bytes : JsValue.Null,
        ["lastError"] = w.LastError,
        ["lastErrorTime"] = Time(w.LastErrorTime),
        ["evaluatorDown"] = w.EvaluatorDown,
        ["lastFetch"] = Time(w.LastFetch),
        ["sandboxes"] = new JsArray(w.Sandboxes.Select(JsValue? (s) => new JsObject
        {
            ["id"] = s.Id,
            ["state"] = Name(s.State),
            ["job"] = s.JobId,
            ["jobName"] = s.JobName,
            ["slice"] = s.Slice is { } slice ? slice : JsValue.Null,
            ["percent"] = s.Percent is { } percent ? percent : JsValue.Null,
            ["elapsed"] = Seconds(s.Elapsed),
            ["uses"] = s.Uses,
        })),
        ["scheduler"] = w.Scheduler,
        ["evaluator"] = w.Evaluator,
        ["paymentAddress"] = w.PaymentAddress,
        ["version"] = w.Version,
    };

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static JsValue Time(DateTimeOffset? time) =>
        time is { } t ? t.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) : JsValue.Null;
}
