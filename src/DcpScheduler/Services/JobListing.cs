using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Jobs as their owners see them.</summary>
internal static class JobListing
{
    /// <summary>The status word of the protocol.</summary>
    public static string RunStatus(Job job) => job.Status switch
    {
        JobStatus.Finished => "finished",
        JobStatus.Cancelled => "cancelled",
        _ => "running",
    };

    /// <summary>Answers <c>listJobs</c>: the asker's jobs, one of them, or those of certain times and statuses.</summary>
    public static JsValue List(JobBook book, IncomingRequest request)
    {
        JsValue data = request.Data;
        HashSet<string>? statuses = data["statuses"] is JsArray list ? [.. list.Strings()] : null;
        double? from = Milliseconds(data["startDeployTime"]);
        double? to = Milliseconds(data["endDeployTime"]);
        lock (book.Lock)
        {
            return new JsArray(book.All
                .Where(j => j.Owner.Equals(request.Peer) || request.AuthorisedBy.Contains(j.Owner) || request.AuthorisedBy.Contains(j.PaymentAccount))
                .Where(j => data["job"].AsString() is not { } id || id == j.Id)
                .Where(j => statuses is null || statuses.Contains(RunStatus(j)))
                .Where(j => !(j.Created.ToUnixTimeMilliseconds() < from) && !(j.Created.ToUnixTimeMilliseconds() > to))
                .Select(JsValue? (j) => Describe(j)));
        }
    }

    /// <summary>One job; call inside the book's lock.</summary>
    public static JsObject Describe(Job job) => new()
    {
        ["id"] = job.Id,
        ["job"] = job.Id,
        ["address"] = job.Id,
        ["status"] = RunStatus(job),
        ["runStatus"] = RunStatus(job),
        ["name"] = job.Definition.Name,
        ["description"] = job.Definition.Description,
        ["link"] = job.Definition.Link,
        ["owner"] = job.Owner.ToString(),
        ["paymentAccount"] = job.PaymentAccount.ToString(),
        ["deployTime"] = job.Created.ToUnixTimeMilliseconds(),
        ["totalSlices"] = job.Slices.Count,
        ["distributedSlices"] = job.Slices.Leased + job.Slices.Done,
        ["computedSlices"] = job.Slices.Done,
        ["reason"] = job.CancelReason,
    };

    private static double? Milliseconds(JsValue time) => time.AsNumber()
        ?? (DateTimeOffset.TryParse(time.AsString(), System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset t) ? t.ToUnixTimeMilliseconds() : null);
}
