using DcpWorker.Engine.Serialization;
using Interop.Tests.Support;

namespace Interop.Tests;

/// <summary>What every pair of deployer and worker must get right over our scheduler.</summary>
public abstract class PairTests(Pair pair)
{
    public static TheoryData<string> Jobs => [.. Place.JobFiles.Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Job_gives_the_deployer_what_it_should(string name)
    {
        JsValue outcome = pair.Outcomes[name];
        Assert.False(outcome.IsNullish, $"The job {name} did not end.\n{pair.Log}");
        if (outcome["expectedFailure"].IsNullish)
        {
            Assert.True(outcome["failed"].IsNullish, $"The job failed: {outcome["failed"]["message"]}\n{pair.Log}");
            Same(outcome["expected"], outcome["results"], "results");
            Assert.Equal(((JsArray)outcome["results"]).Items.Count, outcome["resultEvents"].AsInt32());
            Assert.True(outcome["statusEvents"].AsInt32() > 0, "There was no status event.");
        }
        else
        {
            Assert.Equal(outcome["expectedFailure"]["code"].AsString(), outcome["failed"]["code"].AsString());
            Assert.Contains(outcome["expectedFailure"]["reason"].AsString()!, outcome["failed"]["message"].AsString(), StringComparison.Ordinal);
        }

        Same(outcome["expectedConsole"], outcome["console"], "console");
        Same(outcome["expectedCustom"], outcome["custom"], "custom events");
        if (outcome["expectedErrors"] is JsArray { Items.Count: > 0 } errors)
        {
            Same(errors, outcome["errors"], "errors");
        }
    }

    private static void Same(JsValue expected, JsValue actual, string what) => Assert.True(
        DeepEquality.AreEqual(expected, actual),
        $"The {what} differ.\nExpected: {Shortened(KvinWriter.Serialize(expected))}\nActual:   {Shortened(KvinWriter.Serialize(actual))}");

    private static string Shortened(string text) => text.Length > 1500 ? text[..1500] + "…" : text;
}
