using System.Security.Cryptography;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>The data of the request <c>submit@5</c>.</summary>
internal static class JobSubmission
{
    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int IdLength = 22;

    /// <summary>The deployer chooses the id of a job: 22 letters and digits.</summary>
    public static string NewJobId() => RandomNumberGenerator.GetString(IdCharacters, IdLength);

    public static JsObject ToRequest(string id, JobDefinition job, Address account)
    {
        JsObject data = new()
        {
            ["paymentAccount"] = account.ToString(),
            ["workFunctionURI"] = DataUri.Encode(job.WorkFunction, "application/javascript"),
            ["job"] = id,
            ["mvMultSlicePayment"] = 0,
            ["absoluteSlicePayment"] = (double)job.SlicePayment,
            ["requirePath"] = JsArray.OfStrings(job.RequirePath),
            ["dependencies"] = JsArray.OfStrings(job.Dependencies),
            ["requirements"] = (int)(JobCapabilities.KvinV9 | (job.RequiresWebGpu ? JobCapabilities.WebGpu : 0)),
            ["useStrict"] = job.UseStrict,
            ["greedyEstimation"] = false,
            ["workerConsole"] = false,
            ["isOpen"] = false,
            ["description"] = job.Description,
            ["name"] = job.Name ?? $"Job {id[^6..]}",
            ["link"] = job.Link,
            ["worktime"] = new JsObject { ["name"] = job.Worktime, ["version"] = job.WorktimeVersions, ["custom"] = false },
            ["marshaledArguments"] = KvinWriter.Marshal(new JsArray(job.Arguments.Select(JsValue? (a) => JobValue.Serialize(a)))),
        };
        if (job.Input is RangeInput { Range: var range })
        {
            data["dataRange"] = range.ToJs();
        }

        return data;
    }

}
