using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Deployment;

public sealed class JobSubmissionTests
{
    private static readonly Address Account = Address.Parse("0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB");

    [Fact]
    public void A_job_is_offered_with_the_members_that_the_real_deployer_sends()
    {
        JsValue recorded = RecordedSubmission();
        JobDefinition job = new()
        {
            WorkFunction = "x => { progress(1); console.log('slice', x); return x * 2; }",
            Input = JobInput.Of([1, 2, 3]),
            Name = recorded["name"].AsString(),
            Description = recorded["description"].AsString()!,
        };

        JsObject ours = JobSubmission.ToRequest(recorded["job"].AsString()!, job, Account);

        foreach ((string name, JsValue value) in (JsObject)recorded)
        {
            Assert.Equal((name, JsonWriter.Write(value)), (name, JsonWriter.Write(ours[name])));
        }
    }

    [Fact]
    public void A_range_is_sent_as_a_range()
    {
        JobDefinition job = new() { WorkFunction = "x => x", Input = JobInput.Of(RangeObject.Create(1, 1000)) };

        JsObject ours = JobSubmission.ToRequest(JobSubmission.NewJobId(), job, Account);

        Assert.Equal("""{"start":1,"end":1000,"step":1}""", JsonWriter.Write(ours["dataRange"]));
    }

    [Fact]
    public void Ids_are_22_letters_and_digits_and_differ()
    {
        Assert.Matches("^[a-zA-Z0-9]{22}$", JobSubmission.NewJobId());
        Assert.NotEqual(JobSubmission.NewJobId(), JobSubmission.NewJobId());
    }

    private static JsValue RecordedSubmission()
    {
        const string Operation = "\\\"operation\\\":\\\"submit@5\\\"";
        string line = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", "deployer-and-worker-dialogue.txt"))
            .First(l => l.StartsWith("42[", StringComparison.Ordinal) && l.Contains(Operation, StringComparison.Ordinal));
        JsArray packet = (JsArray)JsonReader.Parse(line.AsSpan(2));
        return JsonReader.Parse(packet[1].AsString())["body"]["payload"]["data"];
    }
}
