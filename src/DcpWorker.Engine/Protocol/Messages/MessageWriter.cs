using System.Text;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Messages;

/// <summary>Writes message bodies, members in the order of the present network, as V8 would print them.</summary>
internal sealed class MessageWriter(PrivateKey identity, PeerClock clock, TimeSpan defaultTtl)
{
    /// <summary>The session; left out of messages while null.</summary>
    public string? SessionId { get; set; }

    /// <summary>The peer, once known; needed to authorise the use of resources.</summary>
    public Address? Peer { get; set; }

    /// <summary>The body of a message that travels alone.</summary>
    public string Body(OutgoingMessage message, string ackToken, string? nonce)
    {
        StringBuilder output = new(message.Length + 512);
        Open(output, message, inBatch: false);
        return Close(output, ackToken, nonce);
    }

    /// <summary>The body of a batch.</summary>
    public string Batch(string id, IReadOnlyList<OutgoingMessage> messages, string ackToken, string? nonce)
    {
        StringBuilder output = new(messages.Sum(m => m.Length + 512));
        output.Append("{\"id\":").Append(JsonWriter.Quote(id)).Append(",\"type\":\"batch\",\"payload\":[");
        for (int i = 0; i < messages.Count; i++)
        {
            if (i > 0)
            {
                output.Append(',');
            }

            Open(output, messages[i], inBatch: true);
            output.Append('}');
        }

        output.Append("],\"auth\":{}");
        AppendSession(output);
        return Close(output, ackToken, nonce);
    }

    /// <summary>The body of an acknowledgement. The two of session establishment carry no session id.</summary>
    public static string Ack(string? sessionId, string token, string nonce, string messageId) => string.Concat(
        "{\"type\":\"ack\"" + (sessionId is null ? "" : ",\"dcpsid\":" + JsonWriter.Quote(sessionId)),
        ",\"token\":" + JsonWriter.Quote(token),
        ",\"nonce\":" + JsonWriter.Quote(nonce),
        ",\"messageId\":" + JsonWriter.Quote(messageId) + "}");

    private void Open(StringBuilder output, OutgoingMessage message, bool inBatch)
    {
        output.Append("{\"id\":").Append(JsonWriter.Quote(message.Id)).Append(",\"type\":");
        if (message is OutgoingResponse response)
        {
            output.Append("\"response\",\"success\":").Append(response.Success ? "true" : "false")
                .Append(",\"payload\":").Append(response.PayloadText(inBatch)).Append(",\"auth\":{}");
        }
        else
        {
            OutgoingRequest request = (OutgoingRequest)message;
            string payload = Payload(request, inBatch);
            output.Append(request.Operation is null ? "\"notification\"" : "\"request\"").Append(",\"payload\":").Append(payload).Append(",\"auth\":");
            JsonWriter.Write(output, ResourceAuthorisation.Sign(request.Options.AuthoriseWith, payload));
        }

        AppendSession(output);
    }

    private string Payload(OutgoingRequest request, bool inBatch)
    {
        string? data = request.Options.DataForSession is { } build ? JsonWriter.Write(build(SessionId ?? "")) : request.DataText;
        bool asString = data is not null && (request.Options.JsonData || (inBatch && data is not ("null" or "false" or "0" or "\"\"")));
        StringBuilder output = new((data?.Length ?? 0) + 256);
        output.Append('{');
        if (request.Operation is not null)
        {
            output.Append("\"operation\":").Append(JsonWriter.Quote(request.Operation)).Append(',');
        }

        if (data is not null && !asString)
        {
            output.Append("\"data\":").Append(data).Append(',');
        }

        output.Append("\"allow\":");
        JsonWriter.Write(output, ResourceAuthorisation.Allow(request.Options.AuthoriseWith, Peer, identity.Address));
        output.Append(",\"validity\":{\"stamp\":").Append(JsonWriter.Quote(request.Stamp))
            .Append(",\"ttl\":").Append(EcmaNumber.ToText((request.Options.Ttl ?? defaultTtl).TotalSeconds))
            .Append(",\"time\":").Append(EcmaNumber.ToText(clock.Stamp())).Append('}');
        if (asString)
        {
            output.Append(",\"jsonData\":").Append(JsonWriter.Quote(data!));
        }

        return output.Append('}').ToString();
    }

    private void AppendSession(StringBuilder output)
    {
        if (SessionId is not null)
        {
            output.Append(",\"dcpsid\":").Append(JsonWriter.Quote(SessionId));
        }

        output.Append(",\"time\":").Append(EcmaNumber.ToText(clock.Stamp()));
    }

    private static string Close(StringBuilder output, string ackToken, string? nonce) => output
        .Append(",\"ackToken\":").Append(JsonWriter.Quote(ackToken))
        .Append(",\"nonce\":").Append(nonce is null ? "null" : JsonWriter.Quote(nonce))
        .Append('}').ToString();
}
