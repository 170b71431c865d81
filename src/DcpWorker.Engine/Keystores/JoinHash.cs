namespace DcpWorker.Engine.Keystores;

/// <summary>The hashes by which a worker shows that it knows the secret of a compute group (eh1: the hash of a personal message).</summary>
public static class JoinHash
{
    private const string Prefix = "eh1-";

    /// <summary>The hash of a join key and its secret; may be kept in a configuration in place of the secret.</summary>
    public static string Compute(string joinKey, string? joinSecret) => Eh1($"{joinKey} {joinSecret ?? "undefined"}");

    /// <summary>The hash that is shown within one session.</summary>
    public static string ForSession(string sessionId, string joinHash) => Eh1(sessionId + joinHash);

    private static string Eh1(string text) => Prefix + Convert.ToHexStringLower(PersonalMessage.Hash(text));
}
