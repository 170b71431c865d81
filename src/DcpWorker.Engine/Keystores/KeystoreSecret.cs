using System.Security.Cryptography;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Keystores;

/// <summary>The encrypted part of a keystore.</summary>
internal sealed class KeystoreSecret
{
    // a padded key of version 1 has 48 bytes
    private const int MaxCiphertext = 64;

    private KeystoreSecret(int version, KeyDerivation derivation, byte[] salt, byte[] iv, byte[] ciphertext, byte[] mac) =>
        (Version, Derivation, Salt, Iv, Ciphertext, Mac) = (version, derivation, salt, iv, ciphertext, mac);

    public int Version { get; }

    public string Cipher => CipherOf(Version);

    public KeyDerivation Derivation { get; }

    private byte[] Salt { get; }

    private byte[] Iv { get; }

    private byte[] Ciphertext { get; }

    private byte[] Mac { get; }

    public static KeystoreSecret Read(KeystoreMembers file)
    {
        // version 1 wrote its number as text
        int version = (file["version"].AsNumber() is { } number ? number : file.Text("version") is "1" ? 1 : file.Text("version") is "3" ? 3 : 0) switch
        {
            3 => 3,
            1 => 1,
            _ => throw new KeystoreFormatException("Not a keystore of version 3 or 1 (Web3 Secret Storage)."),
        };
        KeystoreMembers crypto = file.Object("crypto");
        string expected = CipherOf(version);
        if (crypto.Text("cipher")?.ToLowerInvariant() != expected)
        {
            throw new KeystoreFormatException($"The keystore's cipher is not {expected}, the only one of version {version}.");
        }

        byte[] ciphertext = crypto.Hex("ciphertext", 1, MaxCiphertext);
        byte[] mac = crypto.Hex("mac", 32, 32);
        byte[] iv = crypto.Object("cipherparams").Hex("iv", 16, 16);
        (KeyDerivation derivation, byte[] salt) = KeyDerivation.Read(crypto.Text("kdf"), crypto.Object("kdfparams"));
        return new KeystoreSecret(version, derivation, salt, iv, ciphertext, mac);
    }

    public static KeystoreSecret Encrypt(PrivateKey key, Passphrase passphrase, KeyDerivation derivation, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(32);
        byte[] iv = RandomNumberGenerator.GetBytes(16);
        byte[] derived = derivation.DeriveKey(passphrase, salt, progress, cancellationToken);
        Span<byte> plain = stackalloc byte[32];
        try
        {
            key.CopyTo(plain);
            byte[] ciphertext = KeystoreCipher.Counter(derived.AsSpan(0, 16), iv, plain);
            return new KeystoreSecret(3, derivation, salt, iv, ciphertext, MacOf(derived, ciphertext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    public PrivateKey Decrypt(Passphrase passphrase, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        byte[] derived = Derivation.DeriveKey(passphrase, Salt, progress, cancellationToken);
        byte[] plain = [];
        byte[] padded = new byte[32];
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(MacOf(derived, Ciphertext), Mac))
            {
                throw new WrongPassphraseException(passphrase.IsEmpty
                    ? "The keystore has a passphrase: the empty one does not open it."
                    : "The passphrase does not open the keystore.");
            }

            plain = Open(derived);
            if (plain.Length is 0 or > 32)
            {
                throw new KeystoreFormatException($"The keystore holds {plain.Length} bytes: a private key has 32, or fewer when its first ones are zero.");
            }

            plain.CopyTo(padded, 32 - plain.Length);
            try
            {
                return new PrivateKey(padded);
            }
            catch (KeyFormatException e)
            {
                throw new KeystoreFormatException("What the keystore holds is not a private key.", e);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    public JsObject ToJs() => new()
    {
        ["ciphertext"] = Convert.ToHexStringLower(Ciphertext),
        ["cipherparams"] = new JsObject { ["iv"] = Convert.ToHexStringLower(Iv) },
        ["cipher"] = Cipher,
        ["kdf"] = Derivation.Name,
        ["kdfparams"] = Derivation.ToJs(Salt),
        ["mac"] = Convert.ToHexStringLower(Mac),
    };

    private static string CipherOf(int version) => version == 3 ? "aes-128-ctr" : "aes-128-cbc";

    private static byte[] MacOf(byte[] derived, byte[] ciphertext) => Keccak256.Hash(derived.AsSpan(16, 16), ciphertext);

    private byte[] Open(byte[] derived) => Version == 3
        ? KeystoreCipher.Counter(derived.AsSpan(0, 16), Iv, Ciphertext)
        : KeystoreCipher.Cbc(Keccak256.Hash(derived.AsSpan(0, 16)).AsSpan(0, 16), Iv, Ciphertext)
            ?? throw new KeystoreFormatException("The keystore is damaged: its content is not padded as version 1 requires.");
}
