using System.Net;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class PartsTests : IDisposable
{
    private static readonly Uri Service = new("http://127.0.0.1:4960/job-submit/?x=1#y");
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-identities-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Backoff_grows_as_the_network_has_it_and_starts_over()
    {
        Backoff backoff = new();
        TimeSpan max = TimeSpan.FromSeconds(30);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 30, 30], Enumerable.Range(0, 8).Select(_ => backoff.Next(max).TotalSeconds));
        backoff.Reset();
        Assert.Equal(0, backoff.Next(max).TotalSeconds);
    }

    [Theory]
    [InlineData("5.2.0", true)]
    [InlineData("5.3.0", true)]
    [InlineData("5.10.7", true)]
    [InlineData("5.3.0+build", true)]
    [InlineData("5.1.9", false)]
    [InlineData("6.0.0", false)]
    [InlineData("4.0.0", false)]
    [InlineData("5.3.0-beta", false)]
    [InlineData("5.3", false)]
    [InlineData("5.99999999999.0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_version_within_the_range_is_compatible(string? version, bool compatible) => Assert.Equal(compatible, ProtocolVersion.IsCompatible(version));

    [Theory]
    [InlineData("http://127.0.0.1:4960/svc/", "dcp5/socketio/", "ws://127.0.0.1:4960/svc/dcp5/socketio/?EIO=4&transport=websocket")]
    [InlineData("http://127.0.0.1:4960/svc/", "", "ws://127.0.0.1:4960/svc/?EIO=4&transport=websocket")]
    [InlineData("https://localhost/a/b/", "dcp5/socketio/", "wss://localhost/a/b/dcp5/socketio/?EIO=4&transport=websocket")]
    public void The_socket_is_below_the_service(string service, string path, string expected) =>
        Assert.Equal(expected, ServiceAddress.SocketUri(new Uri(service), path).AbsoluteUri);

    [Theory]
    [InlineData("http://localhost:2/other/dcp5/socketio/?EIO=4", "http://localhost:2/other/")]
    [InlineData("ws://localhost:2/other/", "http://localhost:2/other/")]
    [InlineData("/moved/dcp5/socketio/?EIO=4&transport=websocket", "http://localhost:1/moved/")]
    [InlineData("file:///etc/passwd", null)]
    public void A_redirection_is_followed_to_the_service(string location, string? expected)
    {
        Dictionary<string, IEnumerable<string>> headers = new() { ["location"] = [location] };
        Assert.Equal(expected, ServiceAddress.Redirected(new Uri("http://localhost:1/svc/"), HttpStatusCode.Found, headers, "dcp5/socketio/")?.AbsoluteUri);
        Assert.Null(ServiceAddress.Redirected(new Uri("http://localhost:1/svc/"), HttpStatusCode.OK, headers, "dcp5/socketio/"));
    }

    [Fact]
    public void Statuses_are_permanent_or_transient()
    {
        Assert.All([400, 401, 403, 404, 405, 406, 407, 409, 410, 501, 505], s => Assert.True(ServiceAddress.IsPermanent((HttpStatusCode)s)));
        Assert.All([0, 301, 302, 303, 307, 308, 408, 500, 502, 503, 504], s => Assert.False(ServiceAddress.IsPermanent((HttpStatusCode)s)));
    }

    [Fact]
    public void A_followed_clock_is_that_of_the_peer()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));
        PeerClock clock = new(time);
        Assert.Equal(1_700_000_000.123, clock.Stamp());
        clock.Follow(5000.5);
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(5000.75, clock.Stamp());
        clock.Follow(double.NaN);
        Assert.Equal(5000.75, clock.Stamp());
    }

    [Fact]
    public void Identifiers_look_like_those_of_the_network()
    {
        IdentifierSource source = new();
        Assert.Matches("^\\d+-1-[0-9a-zA-Z]{21}$", source.MessageId());
        Assert.Matches("^ATi1-[0-9a-zA-Z]{21}$", source.AckToken(ConnectionRole.Initiator));
        Assert.Matches("^NNt2-[0-9a-zA-Z]{21}$", source.Nonce(ConnectionRole.Responder));
    }

    [Fact]
    public void An_identity_is_trusted_once_and_then_for_ever()
    {
        string file = Path.Combine(_folder, "new", IdentityCache.FileName);
        new IdentityCache(file, NullLogger.Instance).Learn(Service, Peers.TargetKey.Address);
        Assert.Equal($"{{\"http://127.0.0.1:4960/job-submit/\":\"{Peers.TargetKey.Address}\"}}", File.ReadAllText(file));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(file)!));

        IdentityCache again = new(file, NullLogger.Instance);
        again.Learn(Service, Peers.TargetKey.Address);
        ProtocolException error = Assert.Throws<ProtocolException>(() => again.Learn(Service, Peers.InitiatorKey.Address));
        Assert.Equal("EADDRCHANGE", error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_process_learnt_meanwhile_is_kept()
    {
        string file = Path.Combine(_folder, IdentityCache.FileName);
        IdentityCache one = new(file, NullLogger.Instance);
        IdentityCache other = new(file, NullLogger.Instance);
        one.Learn(new Uri("http://localhost/a/"), Peers.TargetKey.Address);
        other.Learn(new Uri("http://localhost/b/"), Peers.InitiatorKey.Address);
        JsValue stored = JsonReader.Parse(File.ReadAllText(file));
        Assert.Equal(Peers.TargetKey.Address, Address.Parse(stored["http://localhost/a/"].AsString()!));
        Assert.Equal(Peers.InitiatorKey.Address, Address.Parse(stored["http://localhost/b/"].AsString()!));
    }

    [Fact]
    public void A_cache_that_may_not_be_written_or_cannot_be_read_still_serves()
    {
        string file = Path.Combine(_folder, IdentityCache.FileName);
        new IdentityCache(file, NullLogger.Instance, write: false).Learn(Service, Peers.TargetKey.Address);
        Assert.False(File.Exists(file));
        File.WriteAllText(file, "garbage");
        IdentityCache cache = new(file, NullLogger.Instance, write: false);
        cache.Learn(Service, Peers.TargetKey.Address);
        Assert.Throws<ProtocolException>(() => cache.Learn(Service, Peers.InitiatorKey.Address));
        Assert.Equal("garbage", File.ReadAllText(file));
    }
}
