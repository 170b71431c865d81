using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>How the text or value of a layer is to be taken; the names are those that configuration.js knows.</summary>
internal enum ConfigurationLayerKind
{
    Fragment,
    Json,
    Value,
    Environment,
    Set,
}

/// <summary>One layer of the configuration, to be merged over the weaker ones before it.</summary>
internal sealed record ConfigurationLayer(ConfigurationLayerKind Kind, ConfigurationOrigin Origin)
{
    /// <summary>The text of a file.</summary>
    public string? Text { get; init; }

    /// <summary>The value, for <see cref="ConfigurationLayerKind.Value"/> and <see cref="ConfigurationLayerKind.Set"/>.</summary>
    public JsValue? Value { get; init; }

    /// <summary>The dotted path, for <see cref="ConfigurationLayerKind.Set"/>.</summary>
    public string? Path { get; init; }

    /// <summary>What <see cref="Text"/> is to be, where it has not been written yet.</summary>
    public SiteTextProof? Proof { get; init; }

    /// <summary>The line within <see cref="Text"/> on which a literal sets <paramref name="path"/>; null when it is not found.</summary>
    public int? LineOf(string path) => Text is null ? null : _literal.Value?.LineOf(path);

    private readonly Lazy<ObjectLiteral?> _literal = new(() => null);

    /// <summary>The same layer, its text scanned for lines on demand.</summary>
    public static ConfigurationLayer FromFile(ConfigurationLayerKind kind, ConfigurationOrigin origin, string text) =>
        new(kind, origin, text);

    private ConfigurationLayer(ConfigurationLayerKind kind, ConfigurationOrigin origin, string text)
        : this(kind, origin)
    {
        Text = text;
        _literal = new Lazy<ObjectLiteral?>(() => ObjectLiteral.TryScan(text, out ObjectLiteral? literal) ? literal : null);
    }
}
