using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace DcpWorker.Engine.Keystores;

/// <summary>
/// The key derivation of RFC 7914. Stock libraries refuse parameters that keystores really have (n = 2^18 with r = 1), so this is
/// our own, on 128-bit vectors.
/// </summary>
public static class Scrypt
{
    private const int VectorsPerSalsaBlock = 4;
    private const int StepsBetweenReports = 1024;

    /// <summary>Derives <paramref name="length"/> bytes.</summary>
    /// <param name="passphrase">Any bytes.</param>
    /// <param name="salt">Any bytes.</param>
    /// <param name="n">Cost: a power of two above 1. Takes 128·(n·r + r·p) bytes of memory while it runs.</param>
    /// <param name="r">Block size, at least 1.</param>
    /// <param name="p">Parallelisation, at least 1; the lanes run one after the other.</param>
    /// <param name="length">Bytes to derive.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the mixing within milliseconds; the memory is wiped.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter that RFC 7914 excludes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static byte[] DeriveKey(
        ReadOnlySpan<byte> passphrase,
        ReadOnlySpan<byte> salt,
        int n,
        int r,
        int p,
        int length,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(n & (n - 1), 0, nameof(n));
        ArgumentOutOfRangeException.ThrowIfLessThan(r, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((long)r * p, 1 << 23, nameof(p));

        cancellationToken.ThrowIfCancellationRequested();
        byte[] blocks = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, 1, HashAlgorithmName.SHA256, 128 * r * p);
        try
        {
            Mix(blocks, n, r, p, progress, cancellationToken);
            return Rfc2898DeriveBytes.Pbkdf2(passphrase, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
        }
    }

    private static unsafe void Mix(Span<byte> blocks, int n, int r, int p, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        nuint lane = (nuint)(128 * r);
        nuint size = lane * ((nuint)n + 2);
        byte* memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        try
        {
            for (int i = 0; i < p; i++)
            {
                // two scratch lanes, then the table
                Span<byte> block = blocks.Slice(i * (int)lane, (int)lane);
                Lane state = new((Vector128<uint>*)memory, (Vector128<uint>*)(memory + lane), (Vector128<uint>*)(memory + (2 * lane)), n, r);
                state.Load(block);
                state.Run(i, p, progress, cancellationToken);
                state.Store(block);
            }
        }
        finally
        {
            NativeMemory.Clear(memory, size);
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>One lane of the mixing (ROMix), with the words of each 64-byte block along the diagonals of Salsa20's square.</summary>
    private readonly unsafe struct Lane(Vector128<uint>* x, Vector128<uint>* y, Vector128<uint>* table, int n, int r)
    {
        private readonly int _vectors = 2 * r * VectorsPerSalsaBlock;

        public void Load(ReadOnlySpan<byte> block)
        {
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(block);
            uint* target = (uint*)x;
            for (int i = 0; i < words.Length; i++)
            {
                target[i] = LittleEndian(words[(i & ~15) + (i * 5 % 16)]);
            }
        }

        public void Store(Span<byte> block)
        {
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(block);
            uint* source = (uint*)x;
            for (int i = 0; i < words.Length; i++)
            {
                words[(i & ~15) + (i * 5 % 16)] = LittleEndian(source[i]);
            }
        }

        public void Run(int lane, int lanes, IProgress<double>? progress, CancellationToken cancellationToken)
        {
            double total = 2.0 * n * lanes;
            double before = 2.0 * n * lane;
            Vector128<uint>* previous = x;
            for (int i = 0; i < n; i++)
            {
                if (i % StepsBetweenReports == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report((before + i) / total);
                }

                Vector128<uint>* entry = table + ((long)i * _vectors);
                if (i == 0)
                {
                    Buffer.MemoryCopy(x, entry, _vectors * 16L, _vectors * 16L);
                }
                else
                {
                    MixBlocks(previous, null, entry);
                }

                previous = entry;
            }

            MixBlocks(previous, null, x);
            Vector128<uint>* current = x;
            Vector128<uint>* other = y;
            for (int i = 0; i < n; i++)
            {
                if (i % StepsBetweenReports == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report((before + n + i) / total);
                }

                long index = current[_vectors - VectorsPerSalsaBlock].ToScalar() & (uint)(n - 1);
                MixBlocks(current, table + (index * _vectors), other);
                Vector128<uint>* swap = current;
                current = other;
                other = swap;
            }

            // n is even: the last result is in x again
            progress?.Report((before + (2.0 * n)) / total);
        }

        /// <summary>BlockMix of (<paramref name="input"/> xor <paramref name="mask"/>): results of even blocks go to the first half, of odd ones to the second.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void MixBlocks(Vector128<uint>* input, Vector128<uint>* mask, Vector128<uint>* output)
        {
            int last = _vectors - VectorsPerSalsaBlock;
            Vector128<uint> a = input[last];
            Vector128<uint> b = input[last + 1];
            Vector128<uint> c = input[last + 2];
            Vector128<uint> d = input[last + 3];
            if (mask is not null)
            {
                a ^= mask[last];
                b ^= mask[last + 1];
                c ^= mask[last + 2];
                d ^= mask[last + 3];
            }

            for (int i = 0; i < _vectors; i += VectorsPerSalsaBlock)
            {
                a ^= input[i];
                b ^= input[i + 1];
                c ^= input[i + 2];
                d ^= input[i + 3];
                if (mask is not null)
                {
                    a ^= mask[i];
                    b ^= mask[i + 1];
                    c ^= mask[i + 2];
                    d ^= mask[i + 3];
                }

                Salsa208(ref a, ref b, ref c, ref d);
                Vector128<uint>* result = output + ((i / VectorsPerSalsaBlock % 2 == 0 ? i : i + _vectors - VectorsPerSalsaBlock) / 2);
                result[0] = a;
                result[1] = b;
                result[2] = c;
                result[3] = d;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Salsa208(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
        {
            (Vector128<uint> a0, Vector128<uint> b0, Vector128<uint> c0, Vector128<uint> d0) = (a, b, c, d);
            (Vector128<uint> x0, Vector128<uint> x1, Vector128<uint> x2, Vector128<uint> x3) = (a, b, c, d);
            for (int round = 0; round < 8; round += 2)
            {
                x1 ^= Rotate(x0 + x3, 7);
                x2 ^= Rotate(x1 + x0, 9);
                x3 ^= Rotate(x2 + x1, 13);
                x0 ^= Rotate(x3 + x2, 18);
                x1 = Vector128.Shuffle(x1, Vector128.Create(3u, 0, 1, 2));
                x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
                x3 = Vector128.Shuffle(x3, Vector128.Create(1u, 2, 3, 0));

                x3 ^= Rotate(x0 + x1, 7);
                x2 ^= Rotate(x3 + x0, 9);
                x1 ^= Rotate(x2 + x3, 13);
                x0 ^= Rotate(x1 + x2, 18);
                x1 = Vector128.Shuffle(x1, Vector128.Create(1u, 2, 3, 0));
                x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
                x3 = Vector128.Shuffle(x3, Vector128.Create(3u, 0, 1, 2));
            }

            (a, b, c, d) = (a0 + x0, b0 + x1, c0 + x2, d0 + x3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<uint> Rotate(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));

        private static uint LittleEndian(uint word) => BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }
}
