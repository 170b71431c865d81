using System.Security.Cryptography;

namespace DcpWorker.Engine.Keystores;

/// <summary>The ciphers of Web3 Secret Storage: AES-128 in counter mode (version 3) or CBC with padding (version 1).</summary>
internal static class KeystoreCipher
{
    private const int Block = 16;

    /// <summary>Encrypts or decrypts: the same in counter mode.</summary>
    public static byte[] Counter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        using Aes aes = CreateAes(key);
        byte[] counter = iv.ToArray();
        byte[] pad = new byte[Block];
        byte[] result = new byte[data.Length];
        for (int i = 0; i < data.Length; i++)
        {
            if (i % Block == 0)
            {
                aes.EncryptEcb(counter, pad, PaddingMode.None);
                Increment(counter);
            }

            result[i] = (byte)(data[i] ^ pad[i % Block]);
        }

        CryptographicOperations.ZeroMemory(pad);
        return result;
    }

    /// <summary>Decrypts version 1; null when the padding is wrong.</summary>
    public static byte[]? Cbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        using Aes aes = CreateAes(key);
        try
        {
            return aes.DecryptCbc(data, iv);
        }
        catch (CryptographicException)
        {
            // the caller says that the keystore is damaged
            return null;
        }
    }

    private static Aes CreateAes(ReadOnlySpan<byte> key)
    {
        Aes aes = Aes.Create();
        aes.SetKey(key);
        return aes;
    }

    private static void Increment(byte[] counter)
    {
        for (int i = counter.Length - 1; i >= 0 && ++counter[i] == 0; i--)
        {
        }
    }
}
