using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Events as deployers get them.</summary>
internal static class EventMessage
{
    /// <summary>The data of an event.</summary>
    public static JsObject Data(Job job, JobEvent e, JobStore store)
    {
        JsObject data = new() { ["eventName"] = e.Label, ["job"] = job.Id };
        switch (e.Label)
        {
            case EventLabel.Result:
                data["sliceNumber"] = e.Slice;
                data["result"] = new JsObject { ["request"] = "complete", ["result"] = e.Text ?? store.ReadResult(job, e.Slice) };
                break;
            case EventLabel.Status:
                data["runStatus"] = JobListing.RunStatus(job);
                data["total"] = job.Slices.Count;
                data["distributed"] = job.Slices.Leased + job.Slices.Done;
                data["computed"] = job.Slices.Done;
                break;
            case EventLabel.Stop:
                data["runStatus"] = JobListing.RunStatus(job);
                data["sliceCount"] = job.Slices.Count;
                data["reason"] = job.CancelReason ?? "";
                if (job.Status == JobStatus.Cancelled)
                {
                    data["code"] = job.CancelCode;
                    data["error"] = new JsObject { ["message"] = job.CancelReason, ["code"] = job.CancelCode };
                }

                break;
            default:
                foreach ((string name, JsValue value) in (JsObject)JsonReader.Parse(e.Text ?? "{}"))
                {
                    data[name] = value;
                }

                break;
        }

        return data;
    }

    /// <summary>An event from what a worker sent: its payload, with what the scheduler knows about it.</summary>
    public static JobEvent FromWorker(string label, int slice, string worker, JsObject payload)
    {
        JsObject data = new() { ["sliceNumber"] = slice, ["worker"] = worker };
        foreach ((string name, JsValue value) in payload)
        {
            if (name is not ("eventName" or "job" or "sliceNumber" or "worker"))
            {
                data[name] = value;
            }
        }

        return new JobEvent(label, JobControl.NewId()) { Slice = slice, Text = JsonWriter.Write(data) };
    }
}
