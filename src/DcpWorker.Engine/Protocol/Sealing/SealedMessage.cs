using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Sealing;

/// <summary>
/// A message body with its sender's signature over the body's text. The text is kept as received: what is printed again may
/// differ by a byte, and the signature is over bytes.
/// </summary>
internal sealed class SealedMessage
{
    private const string BodyHead = ",\"body\":";

    private SealedMessage(Address owner, string bodyText, JsObject body) => (Owner, BodyText, Body) = (owner, bodyText, body);

    /// <summary>Who signed.</summary>
    public Address Owner { get; }

    /// <summary>The body as it was signed.</summary>
    public string BodyText { get; }

    /// <summary>The body, parsed.</summary>
    public JsObject Body { get; }

    /// <summary>The wire form of a body signed by <paramref name="key"/>.</summary>
    public static string Seal(PrivateKey key, string bodyText) => string.Concat(
        "{\"owner\":\"" + key.Address + "\",\"signature\":",
        JsonWriter.Write(key.Sign(bodyText).ToJs()),
        BodyHead + bodyText,
        "}");

    /// <summary>Reads the wire form and checks the signature.</summary>
    /// <exception cref="ProtocolException"><c>EINVAL</c>: not a sealed message, or not signed by its owner.</exception>
    public static SealedMessage Open(string text)
    {
        try
        {
            (JsValue envelope, string bodyText) = Split(text);
            if (!Address.TryParse(envelope["owner"].AsString(), out Address? owner)
                || Signature.FromJs(envelope["signature"]) is not { } signature
                || JsonReader.Parse(bodyText) is not JsObject body)
            {
                throw new ProtocolException("EINVAL", "The peer sent a message without owner, signature or body.");
            }

            return owner.Equals(signature.Recover(bodyText))
                ? new SealedMessage(owner, bodyText, body)
                : throw new ProtocolException("EINVAL", $"The peer sent a message of {owner} whose signature is not of that address.");
        }
        catch (SerializationException e)
        {
            throw new ProtocolException("EINVAL", $"The peer sent a message that cannot be read. {e.Message}", e);
        }
    }

    // All senders put the body last. Cutting there spares a second pass over the body, which may have megabytes.
    private static (JsValue Envelope, string BodyText) Split(string text)
    {
        int at = text.IndexOf(BodyHead, StringComparison.Ordinal);
        if (at > 0 && text.EndsWith('}'))
        {
            try
            {
                return (JsonReader.Parse(string.Concat(text.AsSpan(0, at), "}")), text[(at + BodyHead.Length)..^1]);
            }
            catch (SerializationException)
            {
                // the words stood inside a string, say; the thorough way below decides
            }
        }

        Dictionary<string, string> members = JsonReader.ReadMemberTexts(text);
        JsObject envelope = new()
        {
            ["owner"] = JsonReader.Parse(members.GetValueOrDefault("owner", "null")),
            ["signature"] = JsonReader.Parse(members.GetValueOrDefault("signature", "null")),
        };
        return (envelope, members.GetValueOrDefault("body", "null"));
    }
}
