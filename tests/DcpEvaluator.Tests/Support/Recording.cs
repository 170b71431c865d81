using System.Text.Json;

namespace DcpEvaluator.Tests.Support;

/// <summary>The steps of one file of vectors/sandbox, and how to compare with them.</summary>
internal static class Recording
{
    // 23-globals lists the properties of the global object. These three come from the list of set-up files, which was
    // Node's: it has __evaluator, defines self on the global, and lacks native-event-loop's clearImmediate.
    private static readonly string[] ListDependent = ["__evaluator", "self", "clearImmediate"];

    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "vectors", "sandbox");

    public static IEnumerable<string> Names =>
        System.IO.Directory.GetFiles(Directory, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    public static IReadOnlyList<JsonElement> Steps(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, name + ".json")));
        return [.. json.RootElement.EnumerateArray().Select(step => step.Clone())];
    }

    /// <summary>
    /// Whether a value is as recorded: "*" is anything, "*number" any number from 0, "*echo" an identifier that is
    /// kept for the next line to send. The engine's own wording of a SyntaxError changes with V8's version.
    /// </summary>
    public static bool Matches(JsonElement expected, JsonElement actual, Action<string>? echo = null)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.String when expected.GetString() == "*":
                return true;
            case JsonValueKind.String when expected.GetString() == "*number":
                return actual.ValueKind == JsonValueKind.Number && actual.GetDouble() >= 0;
            case JsonValueKind.String when expected.GetString() == "*echo":
                echo?.Invoke(actual.GetRawText());
                return true;
            case JsonValueKind.String:
                return actual.ValueKind == JsonValueKind.String && expected.GetString() == actual.GetString();
            case JsonValueKind.Number:
                return actual.ValueKind == JsonValueKind.Number && expected.GetDouble().Equals(actual.GetDouble());
            case JsonValueKind.Array:
                JsonElement[] left = [.. expected.EnumerateArray()], right = actual.ValueKind == JsonValueKind.Array ? [.. actual.EnumerateArray()] : [];
                return actual.ValueKind == JsonValueKind.Array && left.Length == right.Length && left.Zip(right).All(pair => Matches(pair.First, pair.Second, echo));
            case JsonValueKind.Object:
                return actual.ValueKind == JsonValueKind.Object && ObjectMatches(expected, actual, echo);
            default:
                return expected.ValueKind == actual.ValueKind;
        }
    }

    private static bool ObjectMatches(JsonElement expected, JsonElement actual, Action<string>? echo)
    {
        JsonProperty[] properties = [.. expected.EnumerateObject().Where(property => !ListDependent.Contains(property.Name))];
        bool syntaxError = expected.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String && name.GetString() == "SyntaxError";
        return properties.Length == actual.EnumerateObject().Count(property => !ListDependent.Contains(property.Name)) &&
            properties.All(property =>
                actual.TryGetProperty(property.Name, out JsonElement value) &&
                ((syntaxError && property.Name == "message") || Matches(property.Value, value, echo)));
    }
}
