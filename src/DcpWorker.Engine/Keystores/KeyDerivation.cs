using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Keystores;

/// <summary>How a keystore turns its passphrase into a key: scrypt (RFC 7914) or PBKDF2 with HMAC-SHA-256 (RFC 8018).</summary>
public sealed record KeyDerivation
{
    private const long MaxMemory = 1L << 30;
    // pbkdf2 makes and takes that, before and after the mixing, and cannot be interrupted
    private const long MaxScryptBlocks = 1L << 24;
    private const long MaxScryptWork = 1L << 25;
    private const int MaxIterations = 10_000_000;
    private const int MaxSalt = 1024;

    private KeyDerivation(string name) => Name = name;

    /// <summary>scrypt n = 2^18, r = 8, p = 1: about a second and 256 MiB a guess. What Ethereum programs write.</summary>
    public static KeyDerivation Standard { get; } = Scrypt(1 << 18, 8, 1);

    /// <summary>scrypt n = 2^12, r = 8, p = 6: the usual choice for small machines.</summary>
    public static KeyDerivation Light { get; } = Scrypt(1 << 12, 8, 6);

    /// <summary>scrypt n = 1024, r = 8, p = 1: what the DCP wallet writes; for keystores whose passphrase is empty anyway.</summary>
    public static KeyDerivation Network { get; } = Scrypt(1024, 8, 1);

    /// <summary><c>scrypt</c> or <c>pbkdf2</c>.</summary>
    public string Name { get; }

    /// <summary>scrypt's cost.</summary>
    public int N { get; private init; }

    /// <summary>scrypt's block size.</summary>
    public int R { get; private init; }

    /// <summary>scrypt's parallelisation.</summary>
    public int P { get; private init; }

    /// <summary>PBKDF2's iterations.</summary>
    public int Iterations { get; private init; }

    /// <summary>scrypt with these parameters.</summary>
    /// <exception cref="KeystoreFormatException">n is no power of two above 1, r or p are below 1, or it would take more than 1 GiB or over about half a minute.</exception>
    public static KeyDerivation Scrypt(int n, int r, int p) =>
        new KeyDerivation("scrypt") { N = n, R = r, P = p }.Checked(n, r, p);

    /// <summary>PBKDF2 with HMAC-SHA-256.</summary>
    /// <exception cref="KeystoreFormatException">Not 1 to 10 million iterations.</exception>
    public static KeyDerivation Pbkdf2(int iterations) => iterations is >= 1 and <= MaxIterations
        ? new KeyDerivation("pbkdf2") { Iterations = iterations }
        : throw new KeystoreFormatException($"The keystore asks for {iterations} iterations of pbkdf2: 1 to {MaxIterations} are accepted.");

    /// <inheritdoc/>
    public override string ToString() => Name == "scrypt"
        ? string.Create(CultureInfo.InvariantCulture, $"scrypt n={N} r={R} p={P}")
        : string.Create(CultureInfo.InvariantCulture, $"pbkdf2 hmac-sha256 c={Iterations}");

    /// <summary>Reads the members kdf and kdfparams, in any letter case.</summary>
    internal static (KeyDerivation Derivation, byte[] Salt) Read(string? name, KeystoreMembers parameters)
    {
        byte[] salt = parameters.Hex("salt", 0, MaxSalt);
        double length = parameters.Number("dklen");
        if (length != 32)
        {
            throw new KeystoreFormatException($"The keystore asks for a derived key of {length.ToString(CultureInfo.InvariantCulture)} bytes: it must be 32.");
        }

        switch (name?.ToLowerInvariant())
        {
            case "scrypt":
                return (new KeyDerivation("scrypt").Checked(parameters.Number("n"), parameters.Number("r"), parameters.Number("p")), salt);
            case "pbkdf2":
                string? function = parameters.Text("prf");
                double iterations = parameters.Number("c");
                return function?.ToLowerInvariant() is not "hmac-sha256"
                    ? throw new KeystoreFormatException("The keystore uses pbkdf2 with a function other than hmac-sha256, which is not supported.")
                    : (Pbkdf2(iterations is >= 1 and <= MaxIterations && iterations == Math.Floor(iterations) ? (int)iterations : 0), salt);
            default:
                throw new KeystoreFormatException("The keystore's key derivation is neither scrypt nor pbkdf2.");
        }
    }

    internal byte[] DeriveKey(Passphrase passphrase, byte[] salt, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (Name == "scrypt")
        {
            try
            {
                return Keystores.Scrypt.DeriveKey(passphrase.Bytes, salt, N, R, P, 32, progress, cancellationToken);
            }
            catch (OutOfMemoryException e)
            {
                throw new KeystoreFileException("ENOMEM", $"The keystore's key derivation needs {(128L * N * R) >> 20} MiB of memory, which this machine or its limits do not give.", e);
            }
        }

        byte[] key = Rfc2898DeriveBytes.Pbkdf2(passphrase.Bytes, salt, Iterations, HashAlgorithmName.SHA256, 32);
        progress?.Report(1);
        return key;
    }

    internal JsObject ToJs(byte[] salt)
    {
        JsObject parameters = new() { ["dklen"] = 32, ["salt"] = Convert.ToHexStringLower(salt) };
        if (Name == "scrypt")
        {
            (parameters["n"], parameters["r"], parameters["p"]) = (N, R, P);
        }
        else
        {
            (parameters["c"], parameters["prf"]) = (Iterations, "hmac-sha256");
        }

        return parameters;
    }

    private KeyDerivation Checked(double n, double r, double p)
    {
        string asked = string.Create(CultureInfo.InvariantCulture, $"The keystore asks for scrypt with n={n}, r={r}, p={p}");
        if (!(n >= 2 && n <= 1L << 32) || n != Math.Floor(n) || !BitOperations.IsPow2((long)n))
        {
            throw new KeystoreFormatException($"{asked}: n must be a power of two above 1.");
        }

        if (!(r >= 1 && p >= 1 && r * p < 1 << 23) || r != Math.Floor(r) || p != Math.Floor(p))
        {
            throw new KeystoreFormatException($"{asked}: r and p must be whole numbers from 1, and r·p below 2^23.");
        }

        if (128 * n * r > MaxMemory || 128 * r * p > MaxScryptBlocks || n * r * p > MaxScryptWork)
        {
            throw new KeystoreFormatException($"{asked}: that takes too much memory or time. At most 1 GiB (128·n·r), 16 MiB (128·r·p) and n·r·p = 2^25 are accepted.");
        }

        return this with { N = (int)n, R = (int)r, P = (int)p };
    }
}
