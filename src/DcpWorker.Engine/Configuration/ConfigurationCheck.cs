using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>Looks a tree over: keys nobody knows, addresses that do not agree, values of the wrong type or range.</summary>
public static class ConfigurationCheck
{
    /// <summary>Checks type and range of every key that is read.</summary>
    /// <exception cref="ConfigurationException">The first wrong one, with file and line.</exception>
    public static void Validate(ConfigurationTree tree)
    {
        if (Faults(tree).FirstOrDefault() is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// All that is wrong: what <see cref="Validate"/> says, and what the worker and the inet-daemon would find in the values of theirs
    /// when they start.
    /// </summary>
    internal static IEnumerable<ConfigurationException> AllFaults(ConfigurationTree tree) =>
        Faults(tree).Concat(WorkerConfiguration.Details.Concat(InetDaemonConfiguration.Details).Select(check => FaultOf(() => check(tree))).OfType<ConfigurationException>());

    private static IEnumerable<ConfigurationException> Faults(ConfigurationTree tree)
    {
        foreach (string section in ConfigurationKeys.Sections)
        {
            if (tree.TryGet(section, out JsValue part) && !part.IsNullish && part is not JsObject)
            {
                yield return new ConfigurationException($"{section} takes an object, not {ConfigurationText.Brief(part)}.", tree.OriginOf(section));
            }
        }

        foreach (ConfigurationKey key in ConfigurationKeys.All)
        {
            if (tree.TryGet(key.Path, out JsValue value) && key.FaultOf(value) is { } fault)
            {
                yield return new ConfigurationException($"{key.Path} {fault}, not {ConfigurationText.Brief(value)}.", tree.OriginOf(key.Path));
            }
        }

        if (FaultOf(() => LoggingConfiguration.Read(tree, "dcp-worker")) is { } log)
        {
            yield return log;
        }
    }

    private static ConfigurationException? FaultOf(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (ConfigurationException e)
        {
            return e;
        }
    }

    /// <summary>What is odd but works, one sentence each.</summary>
    public static IEnumerable<string> Warnings(ConfigurationTree tree)
    {
        foreach (string path in tree.Keys())
        {
            if (ConfigurationKeys.OwnSections.Contains(path.Split('.')[0]) && !IsKnown(path))
            {
                string nearest = NearestNames.Of(path, ConfigurationKeys.All.Select(k => k.Path), 1) is [var name] ? $" Is {name} meant?" : "";
                yield return $"{tree.OriginOf(path)}: {path} is not known here and has no effect.{nearest}";
            }
        }

        string listen = HostAndPort(tree.Get("evaluator.listen"));
        string location = HostAndPort(tree.Get("evaluator.location"));
        if (listen != location)
        {
            yield return $"The inet-daemon listens on {listen} (evaluator.listen, {tree.OriginOf("evaluator.listen")}) and the worker looks for evaluators at {location} (evaluator.location, {tree.OriginOf("evaluator.location")}): set both to the same.";
        }
    }

    private static bool IsKnown(string path) =>
        ConfigurationKeys.All.Any(k => k.Path == path || k.Path.StartsWith(path + ".", StringComparison.Ordinal)
            || (k.Type is ConfigurationKeyType.Structure or ConfigurationKeyType.TextList && path.StartsWith(k.Path + ".", StringComparison.Ordinal)))
        || ConfigurationKeys.WithoutEffect.Any(k => path == k || path.StartsWith(k + ".", StringComparison.Ordinal));

    private static string HostAndPort(JsValue url)
    {
        if (url is not JsUrl u)
        {
            return ConfigurationText.Brief(url);
        }

        Dictionary<string, string?> members = ConfigurationUrl.Members(u).ToDictionary(m => m.Name, m => m.Value.AsString());
        string host = members.GetValueOrDefault("hostname") ?? "localhost";
        string port = members.GetValueOrDefault("port") is { Length: > 0 } given ? given : "9000";
        return $"{(host is "127.0.0.1" or "[::1]" ? "localhost" : host)}:{port}";
    }
}
