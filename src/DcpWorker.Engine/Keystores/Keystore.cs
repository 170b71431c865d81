using System.Globalization;
using System.Security.Cryptography;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Keystores;

/// <summary>
/// A private key under a passphrase: Web3 Secret Storage version 3 (versions 1 too when reading), with the members
/// <c>label</c>, <c>timestamp</c> and <c>process</c> that the DCP wallet adds. A keystore cannot be revoked: who has a copy and the
/// passphrase has the account, whatever is done to other copies.
/// </summary>
public sealed class Keystore
{
    /// <summary>The largest text that is read, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private readonly KeystoreSecret _secret;

    private Keystore(JsObject content, KeystoreSecret secret)
    {
        KeystoreMembers members = new(content);
        _secret = secret;
        Content = content;
        Label = members.Text("label");
        Timestamp = members.Text("timestamp");
        Id = Guid.TryParse(members.Text("id"), out Guid id) ? id : null;
        string? address = members.Text("address");
        if (!string.IsNullOrEmpty(address))
        {
            Address = Address.TryParse(address.StartsWith("0X", StringComparison.Ordinal) ? address[2..] : address, out Address? read)
                ? read
                : throw new KeystoreFormatException("The keystore's 'address' is not an address.");
        }
    }

    /// <summary>The address that the file claims; null when it claims none. Proved only by decrypting.</summary>
    public Address? Address { get; }

    /// <summary>The label, or null.</summary>
    public string? Label { get; }

    /// <summary>When it was made, as its maker wrote it, or null.</summary>
    public string? Timestamp { get; }

    /// <summary>Its id, or null.</summary>
    public Guid? Id { get; }

    /// <summary>1 or 3.</summary>
    public int Version => _secret.Version;

    /// <summary>What the key is encrypted with: aes-128-ctr, or aes-128-cbc in version 1.</summary>
    public string Cipher => _secret.Cipher;

    /// <summary>How the passphrase is turned into a key.</summary>
    public KeyDerivation KeyDerivation => _secret.Derivation;

    private JsObject Content { get; }

    /// <summary>Reads the text of a keystore file; nothing is decrypted.</summary>
    /// <exception cref="KeystoreFormatException">Not a keystore, or its parameters are malicious; the message says which.</exception>
    public static Keystore Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new KeystoreFormatException($"Not a keystore: it has more than {MaxLength} characters.");
        }

        try
        {
            return JsonReader.Parse(text.TrimStart('\ufeff')) is JsObject content and not JsArray
                ? new Keystore(content, KeystoreSecret.Read(new KeystoreMembers(content)))
                : throw new KeystoreFormatException("Not a keystore: it is not a JSON object.");
        }
        catch (SerializationException e)
        {
            throw new KeystoreFormatException($"Not a keystore: {e.Message}", e);
        }
    }

    /// <summary>Encrypts <paramref name="key"/> under <paramref name="passphrase"/>, with a random salt, IV and id.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<Keystore> CreateAsync(
        PrivateKey key,
        Passphrase passphrase,
        KeystoreOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default) =>
        CreateAsync(key, passphrase, options ?? KeystoreOptions.Default, Guid.NewGuid(), progress, cancellationToken);

    /// <summary>The key. The key derivation runs on another thread and takes as long as it must.</summary>
    /// <exception cref="WrongPassphraseException">The passphrase does not open it, or the file is damaged.</exception>
    /// <exception cref="KeystoreFormatException">It holds no key, or that of another address than it claims.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<PrivateKey> DecryptAsync(Passphrase passphrase, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        // pbkdf2 cannot be interrupted, so its thread may be left to end on its own
        PrivateKey key = await Task.Run(() => _secret.Decrypt(passphrase, progress, cancellationToken), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Address is null || key.Address.Equals(Address))
        {
            return key;
        }

        string found = key.Address.ToString();
        key.Dispose();
        throw new KeystoreFormatException($"The keystore claims to be of {Address} but holds the key of {found}. Do not use it.");
    }

    /// <summary>Whether <paramref name="passphrase"/> opens it.</summary>
    /// <exception cref="KeystoreFormatException">It holds no key, or that of another address than it claims.</exception>
    public async Task<bool> IsOpenedByAsync(Passphrase passphrase, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            (await DecryptAsync(passphrase, progress, cancellationToken).ConfigureAwait(false)).Dispose();
            return true;
        }
        catch (WrongPassphraseException)
        {
            // the answer, not a fault
            return false;
        }
    }

    /// <summary>The same key and id under another passphrase, with new salt and IV. Other copies of the keystore keep the old one.</summary>
    /// <exception cref="WrongPassphraseException">The old passphrase does not open it.</exception>
    public async Task<Keystore> ChangePassphraseAsync(
        Passphrase old,
        Passphrase passphrase,
        KeystoreOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using PrivateKey key = await DecryptAsync(old, progress is null ? null : new Part(progress, 0), cancellationToken).ConfigureAwait(false);
        options ??= KeystoreOptions.Default;
        return await CreateAsync(key, passphrase, options with { Label = options.Label ?? Label }, Id ?? Guid.NewGuid(), progress is null ? null : new Part(progress, 0.5), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The text of the file: JSON on one line, without the key.</summary>
    public override string ToString() => JsonWriter.Write(Content);

    private static async Task<Keystore> CreateAsync(PrivateKey key, Passphrase passphrase, KeystoreOptions options, Guid id, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        KeystoreSecret secret = await Task.Run(() => KeystoreSecret.Encrypt(key, passphrase, options.KeyDerivation, progress, cancellationToken), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        JsObject content = new()
        {
            ["version"] = 3,
            ["id"] = id.ToString(),
            ["address"] = Convert.ToHexStringLower(key.Address.Bytes),
            ["crypto"] = secret.ToJs(),
        };
        if (options.Label is not null)
        {
            content["label"] = options.Label;
        }

        content["timestamp"] = options.Time.GetUtcNow().ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture);
        if (options.Process is not null)
        {
            content["process"] = options.Process;
        }

        return new Keystore(content, secret);
    }

    private sealed class Part(IProgress<double> whole, double from) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + (value / 2));
    }
}
