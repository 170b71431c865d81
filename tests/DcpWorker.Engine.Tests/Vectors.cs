using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests;

/// <summary>Recorded values of real peers, from the folder <c>vectors</c> beside the tests.</summary>
internal static class Vectors
{
    private static readonly Lazy<JsValue> Recorded = new(() => Load("protocol.json"));

    /// <summary>The section <paramref name="name"/> of protocol.json.</summary>
    public static JsValue Protocol(string name) => Recorded.Value[name];

    /// <summary>The content of a file of JSON.</summary>
    public static JsValue Load(string file) => JsonReader.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", file)));

    /// <summary>The entries of a section that is a list.</summary>
    public static IReadOnlyList<JsValue> List(JsValue section) => [.. ((JsArray)section).Items.Select(i => i!)];

    /// <summary>One test case for each entry of a list: its index and a label.</summary>
    public static TheoryData<int, string> Cases(JsValue section, string labelMember)
    {
        TheoryData<int, string> cases = [];
        IReadOnlyList<JsValue> entries = List(section);
        for (int i = 0; i < entries.Count; i++)
        {
            JsValue label = entries[i][labelMember];
            string text = label.AsString() ?? JsonWriter.Write(label);
            cases.Add(i, text.Length > 60 ? text[..60] : text);
        }

        return cases;
    }
}
