using Org.BouncyCastle.Crypto.Digests;

namespace DcpWorker.Engine.Keystores;

/// <summary>Keccak-256 as Ethereum uses it (the padding before FIPS 202).</summary>
public static class Keccak256
{
    /// <summary>The 32-byte hash of <paramref name="data"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        KeccakDigest digest = new(256);
        byte[] input = data.ToArray();
        digest.BlockUpdate(input, 0, input.Length);
        byte[] hash = new byte[32];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
