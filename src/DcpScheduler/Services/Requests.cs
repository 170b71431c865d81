using System.Buffers;
using System.Text;
using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>What services do with unchecked requests.</summary>
internal static class Requests
{
    /// <summary>The name of an operation without its version suffix.</summary>
    public static string Name(this IncomingRequest request)
    {
        int at = request.Operation.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? request.Operation : request.Operation[..at];
    }

    /// <summary>What to answer to an operation that the service does not have.</summary>
    public static ProtocolException Unknown(IncomingRequest request) =>
        new("EINVAL", $"This service has no operation '{(request.Operation.Length > 50 ? request.Operation[..50] + "…" : request.Operation)}'.");

    /// <summary>What to answer to data that are not as the protocol wants them.</summary>
    public static ProtocolException Invalid(string message) => new("EINVAL", message);

    /// <summary>The address in a member of the data.</summary>
    public static Address RequireAddress(JsValue data, string name) => Address.TryParse(data[name].AsString(), out Address? address)
        ? address
        : throw Invalid($"'{name}' must be an address.");

    /// <summary>A text of bounded length; the default when absent.</summary>
    public static string Text(JsValue data, string name, int longest, string otherwise = "") =>
        data[name].AsString() is { } text ? (text.Length <= longest ? text : throw Invalid($"'{name}' is longer than {longest} characters.")) : otherwise;

    /// <summary>A list of texts of bounded number and length; empty when absent.</summary>
    public static IReadOnlyList<string> Texts(JsValue data, string name, int most, int longest)
    {
        if (data[name] is not JsArray list)
        {
            return [];
        }

        List<string> texts = [.. list.Strings()];
        return texts.Count == list.Items.Count && texts.Count <= most && texts.All(t => t.Length <= longest)
            ? texts
            : throw Invalid($"'{name}' must be a list of at most {most} texts of at most {longest} characters.");
    }

    /// <summary>
    /// A text that workers get as UTF-8 (in an address or a file). One with half of a surrogate pair has no such form: refused
    /// here, its giver learns of it, and no worker's request fails later.
    /// </summary>
    public static string Whole(string text, string name)
    {
        ReadOnlySpan<char> rest = text;
        for (int at = rest.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0; at = rest.IndexOfAnyInRange('\ud800', '\udfff'))
        {
            if (Rune.DecodeFromUtf16(rest[at..], out _, out int length) != OperationStatus.Done)
            {
                throw Invalid($"'{name}' has half of a surrogate pair at character {text.Length - rest.Length + at}; it must be text that can be written as UTF-8.");
            }

            rest = rest[(at + length)..];
        }

        return text;
    }

    /// <summary>The job that a request is about.</summary>
    /// <exception cref="ProtocolException">There is none of that id.</exception>
    public static Job RequireJob(JobBook book, JsValue data, string name = "job") => book.TryGet(data[name].AsString(), out Job? job)
        ? job
        : throw new ProtocolException("ENOENT", $"There is no job '{(data[name].AsString() is { Length: <= 64 } id ? id : "")}'.");

    /// <summary>The job that a request is about, when the peer deployed it.</summary>
    /// <exception cref="ProtocolException">There is none of that id, or it is another's.</exception>
    public static Job RequireOwnJob(JobBook book, IncomingRequest request, JsValue data)
    {
        Job job = RequireJob(book, data);
        return job.Owner.Equals(request.Peer) || request.AuthorisedBy.Contains(job.Owner)
            ? job
            : throw new ProtocolException("EPERM", $"The job {job.Id} was deployed by another identity.");
    }
}
