namespace DcpWorker.Engine.Keystores;

/// <summary>What a new keystore is made with.</summary>
public sealed record KeystoreOptions
{
    /// <summary>The defaults.</summary>
    public static KeystoreOptions Default { get; } = new();

    /// <summary>How the passphrase is turned into a key.</summary>
    public KeyDerivation KeyDerivation { get; init; } = KeyDerivation.Standard;

    /// <summary>A label for people, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Which program made it, or null; only for people.</summary>
    public string? Process { get; init; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath);

    /// <summary>The clock for the member <c>timestamp</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
