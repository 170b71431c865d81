using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets;

/// <summary>What a keystore file tells without its passphrase. Never the key.</summary>
public sealed record KeystoreInfo
{
    private const int ModeBits = 9;

    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The account's address, with the checksum of EIP-55; null when the file does not say.</summary>
    public string? Address { get; init; }

    /// <summary>The label, or null.</summary>
    public string? Label { get; init; }

    /// <summary>How the passphrase is turned into a key, with the parameters.</summary>
    public required string Kdf { get; init; }

    /// <summary>Whether it takes a passphrase that is not empty to open it.</summary>
    public bool HasPassphrase { get; init; }

    /// <summary>Who may do what with the file, such as <c>rw-------</c>; null on Windows.</summary>
    public string? FileMode { get; init; }

    /// <summary>Whether others than its owner may read or write the file; false on Windows.</summary>
    public bool IsOpenToOthers { get; init; }

    /// <summary>Version of the format: 3, or 1 of old files.</summary>
    public int Version { get; init; }

    /// <summary>Its id, or null.</summary>
    public Guid? Id { get; init; }

    /// <summary>When it was made, as its maker wrote it, or null.</summary>
    public string? Timestamp { get; init; }

    internal static KeystoreInfo Of(string path, Keystore keystore, bool hasPassphrase) => new()
    {
        Path = path,
        Address = keystore.Address?.ToString(),
        Label = keystore.Label,
        Kdf = keystore.KeyDerivation.ToString(),
        HasPassphrase = hasPassphrase,
        FileMode = OperatingSystem.IsWindows() ? null : Text(File.GetUnixFileMode(path)),
        IsOpenToOthers = KeystoreFile.IsReadableByOthers(path),
        Version = keystore.Version,
        Id = keystore.Id,
        Timestamp = keystore.Timestamp,
    };

    private static string Text(UnixFileMode mode) => string.Create(ModeBits, (int)mode, static (text, bits) =>
    {
        for (int i = 0; i < ModeBits; i++)
        {
            text[i] = (bits >> (ModeBits - 1 - i) & 1) == 1 ? "rwx"[i % 3] : '-';
        }
    });
}
