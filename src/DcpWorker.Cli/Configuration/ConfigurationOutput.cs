using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Configuration;

/// <summary>Prints parts of a configuration as the tool of 2020 did: JSON with two spaces, and <c>undefined</c>. Secrets are masked.</summary>
internal sealed class ConfigurationOutput(ConfigurationTree tree, TextWriter output)
{
    /// <summary>Whether to say after each value where it was set.</summary>
    public bool WithOrigins { get; init; }

    /// <summary>Whether to print the names of members instead of their values.</summary>
    public bool NamesOnly { get; init; }

    public void WriteFiles()
    {
        output.WriteLine("Files loaded:");
        foreach (ConfigurationOrigin file in tree.Files)
        {
            output.WriteLine($" - {file}");
        }

        output.WriteLine();
    }

    public void WriteAll()
    {
        if (!WithOrigins && !NamesOnly)
        {
            output.WriteLine(ConfigurationText.ToJson(ConfigurationText.ToData(tree.Root, "", urlsAsText: false), indented: true));
            return;
        }

        foreach (string key in tree.Keys())
        {
            output.WriteLine(NamesOnly ? key : $"{key} = {ConfigurationText.ToJson(Data(key, urlsAsText: true), indented: false)}{Origin(key)}");
        }
    }

    public void WriteKey(string key)
    {
        string text = NamesOnly ? NamesOf(Data(key, urlsAsText: false)) : ConfigurationText.ToJson(Data(key, urlsAsText: false), indented: true);
        output.WriteLine(text + (WithOrigins ? Origin(key) : ""));
    }

    /// <summary>Everything as one object: the value of each key, or with origins an object for each.</summary>
    public void WriteJson(IReadOnlyList<string> keys, bool withFiles)
    {
        JsObject values = [];
        foreach (string key in keys)
        {
            JsValue value = Data(key, urlsAsText: true);
            value = NamesOnly ? new JsArray(MembersOf(Data(key, urlsAsText: false)).Select(JsValue? (m) => m)) : value is JsUndefined ? JsValue.Null : value;
            values[key] = WithOrigins ? Described(key, value) : value;
        }

        if (withFiles)
        {
            values = new JsObject { ["files"] = new JsArray(tree.Files.Select(JsValue? (f) => f.Name)), ["values"] = values };
        }

        output.WriteLine(ConfigurationText.ToJson(values, indented: true));
    }

    private JsValue Data(string key, bool urlsAsText) =>
        ConfigurationText.ToData(tree, key, urlsAsText);

    private JsObject Described(string key, JsValue value)
    {
        ConfigurationOrigin? origin = tree.TryGet(key, out _) ? tree.OriginOf(key) : null;
        return new JsObject
        {
            ["value"] = value,
            ["origin"] = origin is null ? JsValue.Null : origin.Name,
            ["line"] = origin?.Line is { } line ? line : JsValue.Null,
            ["isDefault"] = JsValue.FromBoolean(origin?.IsDefault ?? true),
        };
    }

    private string Origin(string key) => tree.TryGet(key, out _) && tree.OriginOf(key) is { } origin ? $" // {origin}" : "";

    private static IEnumerable<string> MembersOf(JsValue data) => data switch
    {
        JsArray array => array.Items.Select((_, i) => FormattableString.Invariant($"{i}")),
        JsObject o => o.InJsOrder().Select(m => m.Key),
        _ => [],
    };

    // as a console of JavaScript shows an array of texts
    private static string NamesOf(JsValue data)
    {
        string[] names = [.. MembersOf(data).Select(m => $"'{m}'")];
        return names.Length == 0 ? "[]" : $"[ {string.Join(", ", names)} ]";
    }
}
