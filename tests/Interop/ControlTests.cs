using DcpWorker.Engine.Serialization;
using Interop.Tests.Support;

namespace Interop.Tests;

/// <summary>What the real deployer asks and says about its jobs beside their results.</summary>
[Collection(OneAtATime.Name)]
public sealed class ControlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_real_deployer_sees_the_state_of_its_jobs_and_cancels_them()
    {
        using Home home = new();
        await using Peer scheduler = Peer.Start(
            home.Sub("scheduler"), Place.Program("dcp-scheduler"), "--listen", "127.0.0.1:0", "--data", Path.Combine(home.Sub("data"), "scheduler"));
        string line = scheduler.WaitForLine("listening on", Patience);
        await using Peer deployer = Peer.Start(home.Sub("deployer"), "node", Place.Script("control.js"), line[line.IndexOf("http", StringComparison.Ordinal)..].Trim());
        JsValue said = JsonReader.Parse(deployer.WaitForLine("{", Patience));

        Assert.Equal(("running", 3.0), (said["byId"]["runStatus"].AsString(), said["byId"]["total"].AsNumber()));
        Assert.Equal([said["id"].AsString()], ((JsArray)said["all"]).Items.Select(j => j?["id"].AsString()));
        Assert.Empty(((JsArray)said["others"]).Items);
        Assert.Equal("changed my mind", said["stop"]["reason"].AsString());
        Assert.Equal(("cancelled", 3.0), (said["cancel"]["runStatus"].AsString(), said["cancel"]["sliceCount"].AsNumber()));
        Assert.Equal("ECANCELLED", said["ended"]["code"].AsString());
        Assert.Equal("cancelled", said["after"]["runStatus"].AsString());
        Assert.True(said["again"].IsTruthy);
    }
}
