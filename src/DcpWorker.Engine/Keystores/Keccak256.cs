using System.Buffers.Binary;

namespace DcpWorker.Engine.Keystores;

/// <summary>Keccak-256 as Ethereum uses it (the padding before FIPS 202).</summary>
public static class Keccak256
{
    /// <summary>Bytes that go in between two permutations.</summary>
    private const int Rate = 136;

    /// <summary>The 32-byte hash of <paramref name="data"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data) => Hash(data, []);

    /// <summary>The 32-byte hash of two pieces, one after the other.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<ulong> state = stackalloc ulong[KeccakPermutation.Lanes];
        state.Clear();
        Span<byte> block = stackalloc byte[Rate];
        int used = Absorb(state, block, 0, first);
        used = Absorb(state, block, used, second);
        block[used..].Clear();
        block[used] = 0x01;
        block[^1] |= 0x80;
        AbsorbBlock(state, block);
        byte[] hash = new byte[32];
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(8 * i), state[i]);
        }

        return hash;
    }

    private static int Absorb(Span<ulong> state, Span<byte> block, int used, ReadOnlySpan<byte> data)
    {
        while (used + data.Length >= Rate)
        {
            int taken = Rate - used;
            if (used == 0)
            {
                AbsorbBlock(state, data[..Rate]);
            }
            else
            {
                data[..taken].CopyTo(block[used..]);
                AbsorbBlock(state, block);
            }

            data = data[taken..];
            used = 0;
        }

        data.CopyTo(block[used..]);
        return used + data.Length;
    }

    private static void AbsorbBlock(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / 8; i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        KeccakPermutation.Apply(state);
    }
}
