using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>The one reader of configurations: the same files give every program the same tree.</summary>
public static class ConfigurationReader
{
    /// <summary>Reads <paramref name="sources"/> with the evaluator at <paramref name="evaluatorPath"/>.</summary>
    /// <exception cref="ConfigurationException">A file that must not be trusted, cannot be read or evaluated, or does not fit what it is merged into.</exception>
    public static async Task<ConfigurationTree> ReadAsync(ConfigurationSources sources, string evaluatorPath, CancellationToken ct)
    {
        List<ConfigurationLayer> layers = ConfigurationLayers.Collect(sources);
        FragmentEvaluator evaluator = new(evaluatorPath, sources.TimeLimit, sources.MaxHeapMegabytes);
        JsValue answer = await evaluator.BuildAsync(layers, sources.Environment, ct).ConfigureAwait(false);
        if (answer["ok"].AsBoolean() != true)
        {
            throw await FaultAsync(answer, layers, evaluator, ct).ConfigureAwait(false);
        }

        JsObject root = (JsObject)ConfigurationValue.Decode(answer["tree"]);
        Dictionary<string, ConfigurationOrigin> origins = Origins(answer, layers);
        ConfigurationDerivation.Apply(root, origins, layers);
        List<ConfigurationOrigin> files = [.. layers.Where(l => l.Text is not null || l.Origin.Kind == ConfigurationOriginKind.File).Select(l => l.Origin)];
        ConfigurationTree tree = new(root, origins, files);
        return new ConfigurationTree(root, origins, files) { Warnings = [.. ConfigurationCheck.Warnings(tree)] };
    }

    private static Dictionary<string, ConfigurationOrigin> Origins(JsValue answer, List<ConfigurationLayer> layers)
    {
        Dictionary<string, ConfigurationOrigin> origins = new(StringComparer.Ordinal);
        foreach (JsValue? entry in (answer["origins"] as JsArray)?.Items ?? [])
        {
            if (entry is JsArray set && set[0].AsString() is { } path && set[1].AsInt32() is { } index)
            {
                ConfigurationLayer layer = layers[index];
                origins[path] = layer.Origin with { Line = set[2].AsInt32() ?? layer.LineOf(path) };
            }
        }

        return origins;
    }

    private static async Task<ConfigurationException> FaultAsync(JsValue answer, List<ConfigurationLayer> layers, FragmentEvaluator evaluator, CancellationToken ct)
    {
        ConfigurationLayer layer = layers[Math.Clamp(answer["layer"].AsInt32() ?? 0, 0, layers.Count - 1)];
        string message = answer["message"].AsString() ?? "unknown fault";
        int? line = answer["line"].AsInt32();
        if (answer["syntax"].IsTruthy && layer.Text is { } text
            && await evaluator.LocateSyntaxErrorAsync(text, ct).ConfigureAwait(false) is { } place)
        {
            (line, message) = place;
        }

        // what V8 says of JSON has no line, and words of its own
        bool isJson = layer.Kind == ConfigurationLayerKind.Json && message.StartsWith("SyntaxError", StringComparison.Ordinal);
        // a merge that fails names its path: a literal tells the line of it
        line ??= layer.Text is null || isJson ? null : message.Split(' ', ':', '\'').Select(layer.LineOf).FirstOrDefault(l => l is not null);
        return new ConfigurationException(message, layer.Origin with { Line = line });
    }
}
