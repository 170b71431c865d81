using System.Globalization;
using System.Security.Cryptography;

namespace DcpWorker.Engine.Protocol;

/// <summary>Makes the ids, tokens and nonces of messages: a counter to read, 21 random characters to be unique.</summary>
internal class IdentifierSource
{
    private const string Alphabet = "1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static int _connections;
    private readonly int _connection = Interlocked.Increment(ref _connections);
    private int _messages;
    private int _tokens;

    /// <summary>Id of a message.</summary>
    public virtual string MessageId() => string.Create(CultureInfo.InvariantCulture, $"{_connection}-{Interlocked.Increment(ref _messages)}-{Random()}");

    /// <summary>What the acknowledgement of a message must name.</summary>
    public virtual string AckToken(ConnectionRole role) => Token("AT", role);

    /// <summary>The licence to send one message, given with an acknowledgement.</summary>
    public virtual string Nonce(ConnectionRole role) => Token("NN", role);

    /// <summary>Validity stamp of a request.</summary>
    public virtual string Stamp() => Random();

    /// <summary>One side's half of a session id.</summary>
    public virtual string SessionHalf() => Random();

    private static string Random() => RandomNumberGenerator.GetString(Alphabet, 21);

    private string Token(string prefix, ConnectionRole role) => string.Create(
        CultureInfo.InvariantCulture,
        $"{prefix}{(role == ConnectionRole.Initiator ? 'i' : 't')}{Interlocked.Increment(ref _tokens)}-{Random()}");
}
