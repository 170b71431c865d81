using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>Typed access to a validated tree: null where nothing is set.</summary>
internal sealed class ConfigurationValues(ConfigurationTree tree)
{
    public double? Number(string path) => tree.Get(path).AsNumber();

    public int? WholeNumber(string path) => tree.Get(path).AsInt32();

    public bool? Flag(string path) => tree.Get(path).AsBoolean();

    public TimeSpan? Seconds(string path) => Number(path) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A duration in milliseconds, as the network's own files have them; 0 stands for the default there.</summary>
    public TimeSpan? Milliseconds(string path) => Number(path) is { } ms and > 0 ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>A duration that has a name of ours, in seconds, and one of the network's, in milliseconds; ours wins where it was set on purpose.</summary>
    public TimeSpan? Duration(string seconds, string milliseconds) =>
        (IsDefault(seconds) ? Milliseconds(milliseconds) : null) ?? Seconds(seconds);

    /// <summary>Whether nobody but the shipped defaults says anything.</summary>
    public bool IsDefault(string path) => tree.OriginOf(path)?.IsDefault != false;

    public Address? Address(string path) => tree.Get(path).AsString() is { } text ? Keystores.Address.Parse(text) : null;

    public Uri? Uri(string path) => tree.Get(path) switch
    {
        JsUrl url => new Uri(url.Href),
        JsString text => new Uri(text.Value),
        _ => null,
    };

    public IReadOnlyList<string> Texts(string path) => tree.Get(path) is JsArray list ? [.. list.Items.Select(i => i?.ToString() ?? "")] : [];
}
