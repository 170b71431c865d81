using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// A change of one value in the site's file that has been proved: the changed text was evaluated in the file's place, sets that value
/// and changes no other, and the configuration can be used with it. Nothing is written before <see cref="Write"/>.
/// </summary>
public sealed class SiteConfigurationChange
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[]? _before;
    private readonly byte[] _after;

    private SiteConfigurationChange(string file, byte[]? before, byte[] after, string text, ConfigurationTree tree) =>
        (File, _before, _after, Text, Tree) = (file, before, after, text, tree);

    /// <summary>The file that is changed.</summary>
    public string File { get; }

    /// <summary>The whole file as it will be.</summary>
    public string Text { get; }

    /// <summary>The configuration that will be in force.</summary>
    public ConfigurationTree Tree { get; }

    /// <summary>Whether the file says so already.</summary>
    public bool IsNone => _before is not null && _before.AsSpan().SequenceEqual(_after);

    /// <summary>Works out how <paramref name="file"/> is to be changed, and proves the change.</summary>
    /// <param name="sources">Everything else that the configuration is read from.</param>
    /// <param name="file">The site's file, or what it links to; it need not exist.</param>
    /// <param name="key">The dotted path.</param>
    /// <param name="value">What it is set to.</param>
    /// <param name="evaluatorPath">The evaluator that reads configurations.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ConfigurationValueException">The configuration could not be used with this value, or it was masked.</exception>
    /// <exception cref="ConfigurationException">The configuration is faulty as it is, or the file cannot be changed in one place.</exception>
    public static async Task<SiteConfigurationChange> ProveAsync(
        ConfigurationSources sources, string file, string key, JsValue value, string evaluatorPath, CancellationToken ct)
    {
        if (ConfigurationText.HoldsMask(value))
        {
            throw new ConfigurationValueException(
                ConfigurationValueException.Masked,
                $"{key} is not set: in what is given asterisks stand for a secret, as it is shown. Give the secret itself, or leave the key out.");
        }

        string shown = ConfigurationText.Brief(ConfigurationText.ToData(value, key, urlsAsText: true));
        if (ConfigurationKeys.All.FirstOrDefault(k => k.Path == key)?.FaultOf(value) is { } fault)
        {
            throw new ConfigurationValueException(ConfigurationValueException.Invalid, $"{key} {fault}, not {shown}.");
        }

        byte[]? before = System.IO.File.Exists(file) ? await System.IO.File.ReadAllBytesAsync(file, ct).ConfigureAwait(false) : null;
        (string? text, bool hasMark) = Decode(before, file);
        string changed = SiteConfigurationFile.Change(text, key, SiteConfigurationFile.Expression(value), file);
        ConfigurationTree tree = await ReadAsync(sources, new SiteTextProof(changed, text, key, value), shown, evaluatorPath, ct).ConfigureAwait(false);
        await CheckAsync(sources, tree, evaluatorPath, ct).ConfigureAwait(false);
        return new SiteConfigurationChange(file, before, [.. hasMark ? Encoding.UTF8.Preamble : [], .. Strict.GetBytes(changed)], changed, tree);
    }

    /// <summary>Writes the file, whole or not at all; not when it says so already.</summary>
    /// <exception cref="ConfigurationException">Somebody else has written it meanwhile.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write()
    {
        if (IsNone)
        {
            return;
        }

        byte[]? now = System.IO.File.Exists(File) ? System.IO.File.ReadAllBytes(File) : null;
        if (!now.AsSpan().SequenceEqual(_before))
        {
            throw new ConfigurationException("has been changed by somebody else just now. Try again.", new ConfigurationOrigin(ConfigurationOriginKind.File, File));
        }

        AtomicFile.Write(File, _after);
    }

    private static (string? Text, bool HasMark) Decode(byte[]? content, string file)
    {
        if (content is null)
        {
            return (null, false);
        }

        bool hasMark = content.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        try
        {
            return (Strict.GetString(content.AsSpan(hasMark ? Encoding.UTF8.Preamble.Length : 0)), hasMark);
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException(
                "is not in UTF-8, so that it cannot be changed for you without damage. Save it as UTF-8 first.", new ConfigurationOrigin(ConfigurationOriginKind.File, file), e);
        }
    }

    private static async Task<ConfigurationTree> ReadAsync(
        ConfigurationSources sources, SiteTextProof proof, string shown, string evaluatorPath, CancellationToken ct)
    {
        try
        {
            return await ConfigurationReader.ReadAsync(sources with { SiteText = proof }, evaluatorPath, ct).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            // a configuration that nobody could read before is the first thing to say
            await ConfigurationReader.ReadAsync(sources, evaluatorPath, ct).ConfigureAwait(false);
            throw new ConfigurationValueException(ConfigurationValueException.Invalid, $"{proof.Path} is not set to {shown}, since the configuration could not be read then: {e.Message}", e);
        }
    }

    // what was wrong before must not keep anybody from mending it, one value after the other
    private static async Task CheckAsync(ConfigurationSources sources, ConfigurationTree tree, string evaluatorPath, CancellationToken ct)
    {
        ConfigurationException[] faults = [.. ConfigurationCheck.AllFaults(tree)];
        if (faults.Length == 0)
        {
            return;
        }

        HashSet<string> known = [];
        try
        {
            known = [.. ConfigurationCheck.AllFaults(await ConfigurationReader.ReadAsync(sources, evaluatorPath, ct).ConfigureAwait(false)).Select(f => f.Fault)];
        }
        catch (ConfigurationException)
        {
            // it could not even be read: then whatever is wrong is said
        }

        if (faults.FirstOrDefault(f => !known.Contains(f.Fault)) is { } added)
        {
            throw new ConfigurationValueException(ConfigurationValueException.Invalid, added.Fault, added);
        }
    }
}
