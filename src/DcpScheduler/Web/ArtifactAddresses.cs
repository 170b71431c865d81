using DcpScheduler.Domain;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>Where workers find the parts of a job: in the message itself when small, else at the scheduler.</summary>
internal sealed class ArtifactAddresses(SchedulerAddress address, SchedulerOptions options)
{
    /// <summary>The work function.</summary>
    public string WorkFunction(Job job) => job.Definition.WorkFunctionUrl
        ?? (job.Definition.WorkFunction is { } source && source.Length <= options.MaxInlineCharacters ? DataUri.Encode(source) : At(job, "work-function"));

    /// <summary>Argument <paramref name="index"/>; not in the message, even if small, unless <paramref name="mayTravel"/>.</summary>
    public string Argument(Job job, int index, bool mayTravel)
    {
        StoredValue value = job.Definition.Arguments[index];
        return value.IsAddress ? value.Text
            : mayTravel && value.Text.Length <= options.MaxInlineCharacters ? DataUri.Encode(value.Text, value.MediaType!)
            : At(job, $"argument/{index}");
    }

    /// <summary>The datum of a slice, when it does not travel in the message.</summary>
    public string Slice(Job job, int number) => At(job, $"slice/{number}");

    private string At(Job job, string part) => new Uri(address.Url, $"artifact/{job.Id}/{part}").AbsoluteUri;
}
