using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Tests.Supervision.Artifacts;

public sealed class OriginPolicyTests
{
    private static readonly Uri Scheduler = new("https://scheduler.example/");

    [Theory]
    [InlineData("https://scheduler.example/any/path?x=1", true)]
    [InlineData("https://data.scheduler.example/x", true)]
    [InlineData("https://evilscheduler.example/x", false)]
    [InlineData("http://scheduler.example/x", false)]
    [InlineData("https://scheduler.example:8443/x", false)]
    [InlineData("file:///etc/passwd", false)]
    internal void TheSchedulersOwnOriginAndItsSubDomainsAreAllowed(string location, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy(Scheduler, new AllowedOrigins()).IsAllowed(new Uri(location), FetchPurpose.Data, null));

    [Fact]
    public void AWorkFunctionsOwnFetchDoesNotReachTheScheduler() =>
        Assert.False(new OriginPolicy(Scheduler, new AllowedOrigins()).IsAllowed(Scheduler, FetchPurpose.Sandbox, null));

    [Fact]
    public void AListedOriginIsAllowedWithAnyPathForItsPurposeOnly()
    {
        OriginPolicy policy = new(Scheduler, new AllowedOrigins { FetchData = [new Uri("https://A.example/ignored")], Any = [new Uri("http://b.example:81")] });

        Assert.True(policy.IsAllowed(new Uri("https://a.example/some/where"), FetchPurpose.Data, null));
        Assert.False(policy.IsAllowed(new Uri("https://a.example/some/where"), FetchPurpose.WorkFunction, null));
        Assert.True(policy.IsAllowed(new Uri("http://b.example:81/x"), FetchPurpose.Sandbox, null));
        Assert.False(policy.IsAllowed(new Uri("http://b.example/x"), FetchPurpose.Sandbox, null));
    }

    [Fact]
    public void OriginsOfAComputeGroupAreAllowedForItsJobsOnly()
    {
        OriginPolicy policy = new(Scheduler, new AllowedOrigins());
        policy.AddGroups(new JsObject
        {
            ["g1"] = new JsObject { ["fetchArguments"] = JsArray.OfStrings(["https://args.example", "not a url"]), ["sendResults"] = 5 },
            ["g2"] = "nonsense",
        });

        Assert.True(policy.IsAllowed(new Uri("https://args.example/1"), FetchPurpose.Arguments, "g1"));
        Assert.False(policy.IsAllowed(new Uri("https://args.example/1"), FetchPurpose.Arguments, "g2"));
        Assert.False(policy.IsAllowed(new Uri("https://args.example/1"), FetchPurpose.Data, "g1"));
        Assert.False(policy.IsAllowed(new Uri("https://args.example/1"), FetchPurpose.Arguments, null));
    }
}
