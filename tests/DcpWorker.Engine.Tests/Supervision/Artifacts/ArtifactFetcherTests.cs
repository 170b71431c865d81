using System.IO.Compression;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Tests.Supervision.Support;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Supervision.Artifacts;

public sealed class ArtifactFetcherTests
{
    private readonly FakeTimeProvider _time = new();
    private int _asked;

    [Fact]
    public async Task DecodesByContentTypeAndCountsBytes()
    {
        await using TestWebServer server = new(_ => new(200, "{\"a\":[1]}", "application/json"));
        using ArtifactFetcher fetcher = New(server);

        Artifact artifact = await fetcher.FetchAsync(new Uri(server.Location, "/x").AbsoluteUri, FetchPurpose.Data, null, CancellationToken.None);

        Assert.NotNull(artifact.Value["a"]);
        Assert.Equal(9, artifact.Size);
    }

    [Fact]
    public async Task LeavesAFailingServerAloneForAWhileThatGrowsAndThenTriesAgain()
    {
        await using TestWebServer server = new(r => ++_asked > 2 || r.Path.StartsWith("/other", StringComparison.Ordinal) ? new(200, "ok") : new(503, "busy"));
        using ArtifactFetcher fetcher = New(server);
        string location = new Uri(server.Location, "/seg/x").AbsoluteUri;

        Assert.Equal(1, await FailsAsync(fetcher, location));
        Assert.Equal(1, await FailsAsync(fetcher, location));
        _time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Equal(2, await FailsAsync(fetcher, location));
        _time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Equal(2, await FailsAsync(fetcher, location));
        Assert.Equal("ok", (await fetcher.FetchAsync(new Uri(server.Location, "/other/x").AbsoluteUri, FetchPurpose.Data, null, CancellationToken.None)).Value.AsString());
        _time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Equal("ok", (await fetcher.FetchAsync(location, FetchPurpose.Data, null, CancellationToken.None)).Value.AsString());
    }

    [Fact]
    public async Task DoesNotFollowARedirectToAnOriginThatIsNotAllowed()
    {
        await using TestWebServer inner = new(_ => throw new InvalidOperationException("must not be asked"));
        await using TestWebServer server = new(_ => new(302, "", Location: inner.Location.AbsoluteUri));
        using ArtifactFetcher fetcher = New(server);

        ArtifactException e = await Assert.ThrowsAsync<ArtifactException>(() =>
            fetcher.FetchAsync(new Uri(server.Location, "/x").AbsoluteUri, FetchPurpose.Data, null, CancellationToken.None));

        Assert.Equal("EPERM_ORIGIN", e.Code);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("http://")]
    [InlineData("http://a b/")]
    public async Task ARedirectThatLeadsNowhereIsATroubleOfTheServer(string target)
    {
        await using TestWebServer server = new(_ => new(302, "", Location: target));
        using ArtifactFetcher fetcher = New(server);

        await Assert.ThrowsAsync<ArtifactException>(() =>
            fetcher.FetchAsync(new Uri(server.Location, "/x").AbsoluteUri, FetchPurpose.Data, null, CancellationToken.None));
    }

    [Fact]
    public async Task TakesNoMoreThanTheLargestSize()
    {
        await using TestWebServer server = new(_ => new(200, new string('x', 2000)));
        using ArtifactFetcher fetcher = New(server, SupervisorTuning.Default with { MaxArtifactSize = 1000 });

        ArtifactException e = await Assert.ThrowsAsync<ArtifactException>(() =>
            fetcher.FetchAsync(new Uri(server.Location, "/x").AbsoluteUri, FetchPurpose.Data, null, CancellationToken.None));

        Assert.Equal("EFETCH", e.Code);
    }

    [Theory]
    [InlineData("gzip", "1f8b0800000000000003ffffffff")]
    [InlineData("deflate", "789cffffffff")]
    [InlineData("br", "ffffffff")]
    public async Task WhatCannotBeDecompressedIsATroubleOfTheServer(string encoding, string body)
    {
        await using TestWebServer server = new(_ => new(200, "") { Compressed = (encoding, Convert.FromHexString(body)) });
        using ArtifactFetcher fetcher = New(server);
        string location = new Uri(server.Location, "/x").AbsoluteUri;

        await FailsAsync(fetcher, location);

        ArtifactException e = await Assert.ThrowsAsync<ArtifactException>(() =>
            fetcher.PostFormAsync(location, [], null, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal("EHTTP", e.Code);
    }

    [Fact]
    public async Task TheLargestSizeIsThatOfWhatIsDecompressedAndNothingBeyondItIsRead()
    {
        // whoever reads to the end before it counts finds that there is none
        byte[] bomb = Zip(new byte[16 * 1024 * 1024]);
        await using TestWebServer server = new(_ => new(200, "") { Compressed = ("gzip", bomb), EndsEarly = true });
        using ArtifactFetcher fetcher = New(server, SupervisorTuning.Default with { MaxArtifactSize = 100_000 });
        string location = new Uri(server.Location, "/x").AbsoluteUri;
        Assert.InRange(bomb.Length, 1, 20_000);

        foreach (Func<Task> fetch in (Func<Task>[])[
            () => fetcher.FetchAsync(location, FetchPurpose.Data, null, CancellationToken.None),
            () => fetcher.PostFormAsync(location, [], null, TimeSpan.FromMinutes(1), CancellationToken.None)])
        {
            Assert.Equal("EFETCH", (await Assert.ThrowsAsync<ArtifactException>(fetch)).Code);
        }
    }

    [Theory]
    [InlineData("data:,a%20b", "a b")]
    [InlineData("data:application/json,%22x%22", "x")]
    public async Task DataLocationsNeedNoPermission(string location, string expected)
    {
        await using TestWebServer server = new(_ => new(404, ""));
        using ArtifactFetcher fetcher = New(server);

        Assert.Equal(expected, (await fetcher.FetchAsync(location, FetchPurpose.Data, null, CancellationToken.None)).Value.AsString());
    }

    private static byte[] Zip(byte[] content)
    {
        using MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionLevel.Optimal))
        {
            zip.Write(content);
        }

        return zipped.ToArray();
    }

    private async Task<int> FailsAsync(ArtifactFetcher fetcher, string location)
    {
        ArtifactException e = await Assert.ThrowsAsync<ArtifactException>(() => fetcher.FetchAsync(location, FetchPurpose.Data, null, CancellationToken.None));
        Assert.True(e.IsTransient);
        return _asked;
    }

    private ArtifactFetcher New(TestWebServer server, SupervisorTuning? tuning = null) =>
        new(new OriginPolicy(server.Location, new AllowedOrigins()), ArtifactFetcher.CreateClient(), tuning ?? SupervisorTuning.Default, _time);
}
