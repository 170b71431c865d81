using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Messages;

/// <summary>A message that waits in the queue, is on deck, or has been sent and waits for its response.</summary>
internal abstract class OutgoingMessage(string id)
{
    /// <summary>Its id; a response has the id of its request.</summary>
    public string Id { get; } = id;

    /// <summary>Whether it may travel in a batch.</summary>
    public bool MayBeBatched { get; set; } = true;

    /// <summary>Roughly how many characters it has.</summary>
    public abstract int Length { get; }
}

/// <summary>A request, or a notification when it has no operation.</summary>
internal sealed class OutgoingRequest : OutgoingMessage
{
    /// <summary>A request that has not been sent.</summary>
    public OutgoingRequest(string id, string stamp, string? operation, string? dataText, RequestOptions options)
        : base(id)
    {
        (Stamp, Operation, DataText, Options) = (stamp, operation, dataText, options);
        MayBeBatched = options.AuthoriseWith.Count == 0 && !IsPrivileged;
    }

    /// <summary>What is asked; null for a notification.</summary>
    public string? Operation { get; }

    /// <summary>The data as JSON; null when undefined or built later.</summary>
    public string? DataText { get; }

    /// <summary>How it is sent.</summary>
    public RequestOptions Options { get; }

    /// <summary>What makes it unique.</summary>
    public string Stamp { get; }

    /// <summary>Completes with the response.</summary>
    public TaskCompletionSource<Response> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connect and close travel alone.</summary>
    public bool IsPrivileged => Operation is "connect" or "close";

    /// <inheritdoc/>
    public override int Length => DataText?.Length ?? 0;
}

/// <summary>A response; its payload is written when it is made, on the thread of the handler.</summary>
internal sealed class OutgoingResponse(string id, bool success, JsValue payload) : OutgoingMessage(id)
{
    private readonly string _text = JsonWriter.Write(payload);

    /// <summary>Whether the request was done.</summary>
    public bool Success { get; } = success;

    /// <summary>With the id, which is what the peer made it.</summary>
    public override int Length => Id.Length + _text.Length;

    /// <summary>The payload as JSON: in a batch, data travels as a string, whatever the message.</summary>
    public string PayloadText(bool inBatch) => inBatch && payload["data"].IsTruthy ? WithJsonData() : _text;

    private string WithJsonData()
    {
        JsObject copy = [];
        foreach ((string name, JsValue value) in (JsObject)payload)
        {
            if (name != "data")
            {
                copy[name] = value;
            }
        }

        copy["jsonData"] = JsonWriter.Write(payload["data"]);
        return JsonWriter.Write(copy);
    }
}
