using System.Globalization;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// The log's part of a configuration, typed: each member of <c>logging</c> is a sink. Its kind is its name, or what its
/// <c>type</c> says, so that there can be several of a kind.
/// </summary>
public static class LoggingConfiguration
{
    private const string Section = "logging";
    private const string Kind = "type";

    /// <summary>Where <paramref name="tree"/> lets the log of a program go.</summary>
    /// <param name="tree">A configuration.</param>
    /// <param name="program">Name of the program: stands in paths for <c>{program}</c>.</param>
    /// <exception cref="ConfigurationException">A sink, a setting or a value that there is not, with file and line.</exception>
    public static IReadOnlyList<LogSinkOptions> Read(ConfigurationTree tree, string program)
    {
        JsValue section = tree.Get(Section);
        if (section.IsNullish)
        {
            return [];
        }

        return section is JsObject sinks and not JsArray
            ? [.. sinks.InJsOrder().Where(s => !s.Value.IsNullish).Select(s => ReadSink(tree, s.Key, s.Value, program))]
            : throw new ConfigurationException($"{Section} takes an object, not {ConfigurationText.Brief(section)}.", tree.OriginOf(Section));
    }

    private static LogSinkOptions ReadSink(ConfigurationTree tree, string name, JsValue value, string program)
    {
        string path = $"{Section}.{name}";
        if (value is not JsObject sink || value is JsArray or JsUrl)
        {
            throw new ConfigurationException($"{path} takes an object such as {{ level: 'info' }}, not {ConfigurationText.Brief(value)}.", tree.OriginOf(path));
        }

        string kind = sink[Kind].IsNullish ? name : sink[Kind].AsString() ?? "";
        if (!LogSinkSettings.IsKind(kind))
        {
            throw new ConfigurationException(
                sink[Kind].IsNullish
                    ? $"{path} is no kind of log: there are {LogSinkSettings.Kinds}. Under another name, {path}.{Kind} says which of them it is."
                    : $"{path}.{Kind} takes one of {LogSinkSettings.Kinds}, not {ConfigurationText.Brief(sink[Kind])}.",
                tree.OriginOf(sink[Kind].IsNullish ? path : $"{path}.{Kind}"));
        }

        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach ((string setting, JsValue given) in sink.InJsOrder())
        {
            if (setting != Kind && !given.IsNullish)
            {
                settings[setting] = Text(given)
                    ?? throw new ConfigurationException($"{path}.{setting} takes a text or a number, not {ConfigurationText.Brief(given)}.", tree.OriginOf($"{path}.{setting}"));
            }
        }

        return new LogSinkSettings(kind, settings, program, name => name, Fault).Build();

        ConfigurationException Fault(string setting, string what) => new(
            $"{path}.{setting} {what}{(settings.TryGetValue(setting, out string? text) ? $", not {JsonWriter.Quote(text)}" : "")}.", tree.OriginOf($"{path}.{setting}"));
    }

    private static string? Text(JsValue value) => value switch
    {
        JsString text => text.Value,
        JsUrl url => url.Href,
        JsNumber number => number.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
