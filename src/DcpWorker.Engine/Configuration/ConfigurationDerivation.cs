using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// What follows from the files rather than standing in them: <c>standaloneWorker</c> and <c>evaluator</c> are one thing
/// under its names of 2020 and of today, and the inet-daemon serves it.
/// </summary>
internal static class ConfigurationDerivation
{
    /// <summary>Completes the tree in place.</summary>
    public static void Apply(JsObject root, Dictionary<string, ConfigurationOrigin> origins, IReadOnlyList<ConfigurationLayer> layers)
    {
        JsObject evaluator = Child(root, "evaluator");
        JsObject standalone = Child(root, "standaloneWorker");
        foreach (string end in (string[])["listen", "location"])
        {
            string today = $"evaluator.{end}";
            string then = $"standaloneWorker.{end}";
            // evaluators are this host's: what a scheduler says of them never gets a second name
            if (standalone.Has(end) && IsLocal(origins, then) && Strength(origins, layers, then) >= Strength(origins, layers, today))
            {
                Alias(evaluator, end, standalone[end], origins, today, then);
            }
            else if (evaluator.Has(end) && IsLocal(origins, today))
            {
                Alias(standalone, end, evaluator[end], origins, then, today);
            }
        }

        JsObject served = Child(Child(root, "inetDaemon"), "standaloneWorker");
        served["net"] = standalone;
        foreach (string end in (string[])["listen", "location"])
        {
            if (origins.TryGetValue($"standaloneWorker.{end}", out ConfigurationOrigin? origin))
            {
                origins[$"inetDaemon.standaloneWorker.net.{end}"] = origin;
            }
        }
    }

    private static JsObject Child(JsObject parent, string name)
    {
        if (parent[name] is JsObject child)
        {
            return child;
        }

        JsObject made = [];
        parent[name] = made;
        return made;
    }

    private static void Alias(JsObject to, string name, JsValue value, Dictionary<string, ConfigurationOrigin> origins, string path, string source)
    {
        // a plain string is what a file of either form may hold
        to[name] = value is JsString text ? new JsUrl(text.Value) : value;
        if (origins.TryGetValue(source, out ConfigurationOrigin? origin))
        {
            origins[path] = origin;
        }
    }

    private static bool IsLocal(Dictionary<string, ConfigurationOrigin> origins, string path) =>
        !origins.TryGetValue(path, out ConfigurationOrigin? origin) || origin.Kind != ConfigurationOriginKind.Remote;

    // the later layer is the stronger one
    private static int Strength(Dictionary<string, ConfigurationOrigin> origins, IReadOnlyList<ConfigurationLayer> layers, string path)
    {
        if (!origins.TryGetValue(path, out ConfigurationOrigin? origin))
        {
            return -1;
        }

        for (int i = layers.Count - 1; i >= 0; i--)
        {
            if (layers[i].Origin.Kind == origin.Kind && layers[i].Origin.Name == origin.Name)
            {
                return i;
            }
        }

        return -1;
    }
}
