using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// The configuration in force: one tree, the same for every program that reads the same files, in which each value
/// knows where it came from. Immutable by convention.
/// </summary>
public sealed class ConfigurationTree
{
    private readonly IReadOnlyDictionary<string, ConfigurationOrigin> _origins;

    internal ConfigurationTree(JsObject root, IReadOnlyDictionary<string, ConfigurationOrigin> origins, IReadOnlyList<ConfigurationOrigin> files)
    {
        Root = root;
        _origins = origins;
        Files = files;
        Warnings = [];
    }

    /// <summary>The tree.</summary>
    public JsObject Root { get; }

    /// <summary>The files that were read, weakest first.</summary>
    public IReadOnlyList<ConfigurationOrigin> Files { get; }

    /// <summary>What is odd but not wrong, one sentence each: unknown keys, addresses that do not agree.</summary>
    public IReadOnlyList<string> Warnings { get; init; }

    /// <summary>
    /// The value at a dotted path; members of a URL (<c>href</c>, <c>protocol</c>, <c>hostname</c>, <c>port</c>, <c>pathname</c>…)
    /// can be asked for. False when there is no such key.
    /// </summary>
    public bool TryGet(string path, out JsValue value)
    {
        value = Root;
        foreach (string part in path.Split('.'))
        {
            JsValue? next = value switch
            {
                JsUrl url => ConfigurationUrl.Members(url).FirstOrDefault(m => m.Name == part).Value,
                JsArray array when part == "length" => array.Items.Count,
                JsArray array => int.TryParse(part, out int i) && i >= 0 && i < array.Items.Count ? array[i] : null,
                JsObject o => o.Has(part) ? o[part] : null,
                _ => null,
            };
            if (next is null)
            {
                value = JsValue.Undefined;
                return false;
            }

            value = next;
        }

        return true;
    }

    /// <summary>The value at a dotted path, or undefined.</summary>
    public JsValue Get(string path) => TryGet(path, out JsValue value) ? value : JsValue.Undefined;

    /// <summary>Who set the value at a path, or the nearest part of the tree above it; null when nobody did.</summary>
    public ConfigurationOrigin? OriginOf(string path)
    {
        for (string p = path; p.Length > 0; p = p[..Math.Max(0, p.LastIndexOf('.'))])
        {
            if (_origins.TryGetValue(p, out ConfigurationOrigin? origin))
            {
                return origin;
            }
        }

        return null;
    }

    /// <summary>Every path with a value of its own (a leaf, an array, a URL, an empty object), in the order of the tree.</summary>
    public IEnumerable<string> Keys() => Keys(Root, "");

    /// <summary>Every path of the tree, inner objects and array elements included.</summary>
    public IEnumerable<string> AllPaths() => AllPaths(Root, "");

    /// <summary>The known paths most like <paramref name="path"/>, best first, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<string> Nearest(string path, int most = 3) => NearestNames.Of(path, AllPaths(), most);

    private static IEnumerable<string> Keys(JsObject o, string prefix)
    {
        foreach ((string name, JsValue value) in o.InJsOrder())
        {
            string path = Join(prefix, name);
            if (value is JsObject { Count: > 0 } inner && inner.GetType() == typeof(JsObject))
            {
                foreach (string key in Keys(inner, path))
                {
                    yield return key;
                }
            }
            else
            {
                yield return path;
            }
        }
    }

    private static IEnumerable<string> AllPaths(JsValue value, string prefix)
    {
        IEnumerable<(string, JsValue)> members = value switch
        {
            JsUrl url => ConfigurationUrl.Members(url),
            JsArray array => array.Items.Select((item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item ?? JsValue.Undefined)),
            JsObject o when o.GetType() == typeof(JsObject) => o.InJsOrder().Select(m => (m.Key, m.Value)),
            _ => [],
        };
        foreach ((string name, JsValue member) in members)
        {
            string path = Join(prefix, name);
            yield return path;
            foreach (string inner in AllPaths(member, path))
            {
                yield return inner;
            }
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
