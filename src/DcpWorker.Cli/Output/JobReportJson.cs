using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Output;

/// <summary>How a job goes, as JSON lines on stdout: results as they come, with the number of their slice.</summary>
internal sealed class JobReportJson(DeployedJob job) : JobReport(job)
{
    protected override async Task FollowEventsAsync(IAsyncEnumerable<JobEvent> events)
    {
        JsObject accepted = JsonLines.Event(DateTimeOffset.UtcNow, "jobAccepted");
        accepted["job"] = Job.Id;
        accepted["slices"] = Job.SliceCount;
        JsonLines.Write(accepted);
        await foreach (JobEvent e in events)
        {
            JsonLines.Write(ToJson(e));
        }
    }

    /// <summary>Already told when it came in.</summary>
    protected override void PrintResult(JobResult result)
    {
    }

    internal static JsObject ToJson(JobEvent e)
    {
        JsObject o = JsonLines.Event(e.Time, e.GetType().Name);
        switch (e)
        {
            case ResultReceived x:
                o["slice"] = x.SliceNumber;
                if (x.Value is JsError error)
                {
                    o["error"] = new JsObject { ["name"] = error.Name, ["message"] = error.Message, ["stack"] = error.Stack };
                }
                else
                {
                    o["value"] = JsonLines.Presentable(x.Value);
                }

                break;
            case JobStatusChanged x:
                o["status"] = x.RunStatus;
                o["total"] = x.Total;
                o["distributed"] = x.Distributed;
                o["computed"] = x.Computed;
                break;
            case JobConsole x:
                o["slice"] = x.SliceNumber;
                o["level"] = x.Level;
                o["message"] = Said(x.Message);
                o["repetitions"] = x.Repetitions;
                break;
            case SliceError x:
                o["slice"] = x.SliceNumber;
                o["code"] = x.Code;
                o["message"] = x.Message;
                break;
            case JobCustomEvent x:
                o["slice"] = x.SliceNumber;
                o["name"] = x.Name;
                o["data"] = Said(x.Data);
                break;
            case JobEventsLost x:
                o["count"] = x.Count;
                break;
            case JobStopped x:
                o["status"] = x.RunStatus;
                o["slices"] = x.SliceCount;
                o["reason"] = x.Reason;
                break;
        }

        return o;
    }

    /// <summary>Null when a slice passed nothing on, or the same as before.</summary>
    private static JsValue Said(JsValue value) => value is JsUndefined ? JsValue.Null : JsonLines.Presentable(value);
}
