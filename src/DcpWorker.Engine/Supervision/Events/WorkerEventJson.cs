using System.Text.Json;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Events;

/// <summary>
/// The events of a worker as JSON objects: <c>time</c> (ISO 8601, UTC), <c>event</c> (the kind), then the members of the
/// kind; times are in seconds. Names and units stay as they are once released; members may be added.
/// </summary>
public static class WorkerEventJson
{
    /// <summary>The event as one object.</summary>
    public static JsObject ToJson(WorkerEvent e)
    {
        JsObject o = EventJson.Create(e.Time, e.GetType().Name);
        AddMembers(o, e);
        return o;
    }

    private static void AddMembers(JsObject o, WorkerEvent e)
    {
        switch (e)
        {
            case WorkerStateChanged x:
                o["state"] = JsonNamingPolicy.CamelCase.ConvertName(x.State.ToString());
                o["reason"] = x.Reason;
                break;
            case ServiceConnected x:
                o["service"] = x.Service;
                o["location"] = x.Location.AbsoluteUri;
                break;
            case ServiceDisconnected x:
                o["service"] = x.Service;
                o["reason"] = x.Reason;
                break;
            case EvaluatorDown x:
                o["message"] = x.Message;
                break;
            case FetchStarted x:
                o["cores"] = x.Cores;
                break;
            case FetchCompleted x:
                JsObject slices = [];
                foreach ((string job, int count) in x.Slices)
                {
                    slices[job] = count;
                }

                o["slices"] = slices;
                o["elapsed"] = x.Elapsed.TotalSeconds;
                break;
            case FetchFailed x:
                o["code"] = x.Code;
                o["message"] = x.Message;
                break;
            case JobAdded x:
                o["job"] = x.JobId;
                o["name"] = x.Name;
                o["description"] = x.Description;
                o["link"] = x.Link;
                break;
            case JobRemoved x:
                o["job"] = x.JobId;
                o["reason"] = x.Reason;
                break;
            case SandboxReady x:
                o["sandbox"] = x.SandboxId;
                break;
            case SandboxAssigned x:
                o["sandbox"] = x.SandboxId;
                o["job"] = x.JobId;
                break;
            case SandboxTerminated x:
                o["sandbox"] = x.SandboxId;
                o["reason"] = x.Reason;
                break;
            case SchedulerCommandReceived x:
                o["command"] = x.Command;
                o["detail"] = x.Detail;
                break;
            case WorkerWarning x:
                o["code"] = x.Code;
                o["message"] = x.Message;
                break;
            case WorkerError x:
                o["code"] = x.Code;
                o["message"] = x.Message;
                break;
            default:
                AddSliceMembers(o, e);
                break;
        }
    }

    private static void AddSliceMembers(JsObject o, WorkerEvent e)
    {
        switch (e)
        {
            case SliceStarted x:
                AddSlice(o, x.JobId, x.SliceNumber, x.SandboxId);
                break;
            case SliceProgress x:
                AddSlice(o, x.JobId, x.SliceNumber, x.SandboxId);
                o["percent"] = x.Percent is { } percent ? percent : JsValue.Null;
                o["indeterminate"] = x.Indeterminate;
                break;
            case SliceConsole x:
                AddSlice(o, x.JobId, x.SliceNumber, x.SandboxId);
                o["level"] = x.Level;
                o["message"] = EventJson.Presentable(x.Message);
                break;
            case SliceCompleted x:
                AddSlice(o, x.JobId, x.SliceNumber, x.SandboxId);
                o["elapsed"] = x.Elapsed.TotalSeconds;
                o["cpu"] = x.Cpu.TotalSeconds;
                break;
            case SliceFailed x:
                AddSlice(o, x.JobId, x.SliceNumber, x.SandboxId);
                o["code"] = x.Code;
                o["message"] = x.Message;
                o["willRetry"] = x.WillRetry;
                break;
            case SliceReturned x:
                AddSlice(o, x.JobId, x.SliceNumber, null);
                o["reason"] = x.Reason;
                break;
            case ResultSubmitted x:
                AddSlice(o, x.JobId, x.SliceNumber, null);
                o["size"] = x.Size;
                break;
            case ResultRefused x:
                AddSlice(o, x.JobId, x.SliceNumber, null);
                o["code"] = x.Code;
                o["message"] = x.Message;
                break;
            case PaymentReceived x:
                AddSlice(o, x.JobId, x.SliceNumber, null);
                o["amount"] = (double)x.Amount;
                o["account"] = x.PaymentAddress.ToString();
                break;
        }
    }

    private static void AddSlice(JsObject o, string job, long slice, int? sandbox)
    {
        o["job"] = job;
        o["slice"] = slice;
        if (sandbox is { } id)
        {
            o["sandbox"] = id;
        }
    }
}
