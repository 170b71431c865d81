using System.Text;
using DcpWorker.Engine.Keystores;
using Org.BouncyCastle.Crypto.Digests;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Known_hashes(string text, string hash) => Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Every_length_hashes_as_in_another_implementation_in_one_piece_or_two()
    {
        byte[] data = new byte[600];
        new Random(1).NextBytes(data);
        for (int length = 0; length < data.Length; length++)
        {
            KeccakDigest digest = new(256);
            digest.BlockUpdate(data, 0, length);
            byte[] expected = new byte[32];
            digest.DoFinal(expected, 0);
            Assert.Equal(expected, Keccak256.Hash(data.AsSpan(0, length)));
            Assert.Equal(expected, Keccak256.Hash(data.AsSpan(0, length / 3), data.AsSpan(length / 3, length - (length / 3))));
        }
    }
}
