using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <summary>The answer to a request.</summary>
/// <param name="Success">Whether the peer did what was asked.</param>
/// <param name="Payload">The result, or the peer's error: an object with at least <c>message</c> and mostly <c>code</c>.</param>
public sealed record Response(bool Success, JsValue Payload)
{
    /// <summary>Throws the peer's error, if this is one.</summary>
    /// <exception cref="ProtocolException">The peer answered with an error; the code is the peer's.</exception>
    public void ThrowIfFailed()
    {
        if (!Success)
        {
            throw new ProtocolException(
                Payload["code"].AsString() ?? "EFAILED",
                Payload["message"].AsString() ?? "The peer refused the request and did not say why.");
        }
    }
}
