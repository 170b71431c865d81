namespace DcpWorker.Engine.Protocol.Messages;

/// <summary>
/// The licence discipline of a connection: in each direction at most one message is unacknowledged ("on deck"), and each
/// carries the nonce that came with the acknowledgement of the one before. Knows nothing of sockets or time.
/// </summary>
internal sealed class FlowControl
{
    private string? _licence;
    private bool _hasSent;
    private string? _lastTokenAccepted;
    private string? _lastIdReceived;
    private bool _hasReceived;
    private string? _nonceIssued;

    /// <summary>What an acknowledgement turned out to be.</summary>
    public enum AckKind
    {
        /// <summary>The message on deck has arrived; the deck is clear.</summary>
        Delivered,

        /// <summary>Known already: the peer wants the message on deck again.</summary>
        Repeated,

        /// <summary>It belongs to nothing we sent: fatal.</summary>
        Unsolicited,
    }

    /// <summary>The message sent and not acknowledged, in its sealed form.</summary>
    public MessageOnDeck? OnDeck { get; private set; }

    /// <summary>The last acknowledgement sent.</summary>
    public SentAck? LastAck { get; set; }

    /// <summary>Whether a message may be sent now. The very first needs no licence.</summary>
    public bool MaySend => OnDeck is null && (!_hasSent || _licence is not null);

    /// <summary>The nonce that the next message must carry; null for the very first.</summary>
    public string? Licence => _licence;

    /// <summary>Puts a message on deck; it has used the licence.</summary>
    public void PutOnDeck(MessageOnDeck message) => (OnDeck, _hasSent, _licence) = (message, true, null);

    /// <summary>Takes an acknowledgement.</summary>
    public AckKind Acknowledge(string token, string? nonce)
    {
        if (OnDeck is { } onDeck && onDeck.AckToken == token)
        {
            (OnDeck, _lastTokenAccepted, _licence) = (null, token, nonce);
            return AckKind.Delivered;
        }

        if (token != _lastTokenAccepted)
        {
            return AckKind.Unsolicited;
        }

        if (OnDeck is null && _licence is not null)
        {
            _licence = nonce;
        }

        return AckKind.Repeated;
    }

    /// <summary>Whether a message is the one received last.</summary>
    public bool IsRepeated(string id) => _hasReceived && id == _lastIdReceived;

    /// <summary>Takes the id and nonce of a new message; false when the nonce is not the one we issued last, or is used up.</summary>
    public bool Accept(string id, string? nonce)
    {
        bool valid = _hasReceived ? nonce is not null && nonce == _nonceIssued : nonce is null;
        (_hasReceived, _lastIdReceived, _nonceIssued) = (true, id, null);
        return valid;
    }

    /// <summary>Records the licence given to the peer.</summary>
    public void Issue(string nonce) => _nonceIssued = nonce;
}

/// <summary>A message sent and not yet acknowledged.</summary>
/// <param name="Sealed">Its wire form, for retransmission.</param>
/// <param name="AckToken">What its acknowledgement must name.</param>
/// <param name="Messages">The message, or those of the batch.</param>
internal sealed record MessageOnDeck(string Sealed, string AckToken, IReadOnlyList<OutgoingMessage> Messages);

/// <summary>The last acknowledgement sent.</summary>
/// <param name="Sealed">Its wire form, for retransmission.</param>
/// <param name="HasSession">False for the one of session establishment, which a resumed session cannot use as it is.</param>
/// <param name="Token">The token acknowledged.</param>
/// <param name="Nonce">The licence given.</param>
/// <param name="MessageId">The message acknowledged.</param>
internal sealed record SentAck(string Sealed, bool HasSession, string Token, string Nonce, string MessageId);
