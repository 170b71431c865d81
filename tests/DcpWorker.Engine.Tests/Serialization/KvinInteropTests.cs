using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Protocol;

namespace DcpWorker.Engine.Tests.Serialization;

/// <summary>Our KVIN with the real npm kvin, on values at random.</summary>
public sealed class KvinInteropTests
{
    [InteropFact]
    public async Task What_we_write_is_read_by_kvin_and_what_it_writes_by_us()
    {
        await using NodePeer node = NodePeer.Start(Path.Combine("..", "kvin-roundtrip.js"));
        int sameText = 0;
        int comparable = 0;
        for (int seed = 0; seed < 800; seed++)
        {
            JsValue value = new RandomValues(new Random(seed), onlyWhatJavaScriptReturns: seed % 2 == 0).Next(5);
            string text = KvinWriter.Serialize(value);
            if (HasReferenceAmidCollections(text))
            {
                // only cycles are left as references there: its reader, which numbers wrongly behind a Map and takes a Set for its
                // array, cannot find its way back
                continue;
            }

            await node.WriteLineAsync(text);
            JsValue answer = JsonReader.Parse(await node.ReadLineAsync());
            string structure = StructureText.Of(value);
            Assert.True(answer["structure"].AsString() == structure, $"seed {seed}: {answer["error"]}\n{text}\nours {structure}\nits  {answer["structure"]}");

            // its writer spoils what stands in sparse arrays, or in arrays with named members, and the members of errors
            if (answer["again"].AsString() is { } again && !structure.Contains("hole", StringComparison.Ordinal) && !again.Contains("\"isl\"", StringComparison.Ordinal) && !again.Contains("\"ctr\":\"Error\"", StringComparison.Ordinal))
            {
                comparable++;
                sameText += again == text ? 1 : 0;
                Assert.True(structure == StructureText.Of(KvinReader.Deserialize(again)), $"seed {seed}: {again}");
            }
        }

        Assert.InRange(comparable, 300, 800);
        Assert.InRange(sameText, comparable * 7 / 10, comparable);
    }

    private static bool HasReferenceAmidCollections(string text) =>
        (text.Contains("\"mapKeys\"", StringComparison.Ordinal) || text.Contains("\"set\"", StringComparison.Ordinal)) && text.Contains("\"seen\"", StringComparison.Ordinal);
}
