using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.InetDaemon.Linux;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>Whose connections are let in.</summary>
[SupportedOSPlatform("linux")]
public sealed class AdmissionTests : IDisposable
{
    // as Linux prints them: a listener, an established pair within the machine (peer of uid 1000), one whose holder is gone (inode 0)
    private const string Tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 20311 1 0000000000000000 100 0 0 10 0
           1: 0100007F:2328 0100007F:9C4C 01 00000000:00000000 00:00000000 00000000   998        0 20377 1 0000000000000000 20 4 30 10 -1
           2: 0100007F:9C4C 0100007F:2328 01 00000000:00000000 00:00000000 00000000  1000        0 20376 1 0000000000000000 20 4 30 10 -1
           3: 0100007F:9C4D 0100007F:2328 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1
           4: 0501A8C0:9C4E 0501A8C0:2328 01 00000000:00000000 00:00000000 00000000  1001        0 20390 1 0000000000000000 20 4 30 10 -1
        """;

    // ::1, and 127.0.0.1 as a program with an IPv6 socket has it
    private const string Tcp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000000000000000000001000000:9C50 00000000000000000000000001000000:2328 01 00000000:00000000 00:00000000 00000000  1002        0 20400 1 0000000000000000 20 4 30 10 -1
           1: 0000000000000000FFFF00000100007F:9C51 0000000000000000FFFF00000100007F:2328 01 00000000:00000000 00:00000000 00000000  1003        0 20401 1 0000000000000000 20 4 30 10 -1
        """;

    private static readonly IPEndPoint Own = new(IPAddress.Loopback, 9000);
    private readonly TemporaryFolder _folder = new();

    public AdmissionTests()
    {
        _folder.Write("tcp", Tcp);
        _folder.Write("tcp6", Tcp6);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1:40012", "127.0.0.1:9000", 1000u)]
    [InlineData("[::1]:40016", "[::1]:9000", 1002u)]
    [InlineData("127.0.0.1:40017", "127.0.0.1:9000", 1003u)]
    [InlineData("[::ffff:127.0.0.1]:40012", "[::ffff:127.0.0.1]:9000", 1000u)]
    [InlineData("192.168.1.5:40014", "192.168.1.5:9000", 1001u)]
    [InlineData("127.0.0.1:40013", "127.0.0.1:9000", null)]
    [InlineData("127.0.0.1:40012", "127.0.0.1:9001", null)]
    [InlineData("10.0.0.1:40012", "127.0.0.1:9000", null)]
    public void The_holder_of_the_peers_end_is_found_and_root_is_not_made_up(string peer, string own, uint? owner) =>
        Assert.Equal(owner, new TcpOwners(_folder.Path).OwnerOf(IPEndPoint.Parse(peer), IPEndPoint.Parse(own)));

    [Theory]
    [InlineData("127.0.0.1:40012", null)]
    [InlineData("127.0.0.1:40017", "user 1003")]
    [InlineData("127.0.0.1:40013", "holds its other end")]
    [InlineData("192.168.1.5:40014", "user 1001")]
    [InlineData("192.168.1.9:50000", null)]
    [InlineData("10.9.9.9:50000", "none of the allowed networks")]
    public void Users_of_this_machine_are_told_apart_and_other_machines_by_their_network(string peer, string? refusal)
    {
        IPEndPoint remote = IPEndPoint.Parse(peer);
        IPEndPoint own = peer.StartsWith("192", StringComparison.Ordinal) ? IPEndPoint.Parse("192.168.1.5:9000") : Own;
        string? reason = new Admission(Options(1000) with { AllowFrom = [AllowedNetwork.Parse("192.168.1.0/24")] }, new TcpOwners(_folder.Path), unknownUser: null).RefusalReason(remote, own);
        if (refusal is null)
        {
            Assert.Null(reason);
        }
        else
        {
            Assert.Contains(refusal, reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whoever_cannot_be_told_is_refused()
    {
        Admission admission = new(Options(1000), new TcpOwners(Path.Combine(_folder.Path, "nowhere")), unknownUser: null);
        Assert.NotNull(admission.RefusalReason(new IPEndPoint(IPAddress.Loopback, 40012), Own));
        Assert.NotNull(admission.RefusalReason(null, Own));
    }

    [Fact]
    public void The_uid_that_stands_for_all_unknown_users_admits_none_of_them()
    {
        Admission admission = new(Options(1000, 1002), new TcpOwners(_folder.Path), unknownUser: 1000);
        Assert.Contains("PrivateUsers=", admission.RefusalReason(IPEndPoint.Parse("127.0.0.1:40012"), Own), StringComparison.Ordinal);
        Assert.Null(admission.RefusalReason(IPEndPoint.Parse("[::1]:40016"), IPEndPoint.Parse("[::1]:9000")));
    }

    [Theory]
    [InlineData("         0          0 4294967295\n", "65534\n", null)]
    [InlineData("         0          0          1\n       998        998          1\n", "65534\n", 65534u)]
    [InlineData("         0     100000      65536\n", "65533\n", 65533u)]
    [InlineData("", null, 65534u)]
    [InlineData(null, null, null)]
    public void A_namespace_says_which_uid_stands_for_the_users_that_it_does_not_know(string? map, string? overflow, uint? unknown)
    {
        if (map is not null)
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "self"));
            _folder.Write("self/uid_map", map);
        }

        if (overflow is not null)
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "sys", "kernel"));
            _folder.Write("sys/kernel/overflowuid", overflow);
        }

        Assert.Equal(unknown, UserNamespace.UnknownUser(_folder.Path));
    }

    [Fact]
    public async Task The_kernels_own_tables_tell_who_connects()
    {
        uint self = LocalUser.Parse("self");
        await using (TestDaemon ours = TestDaemon.OfScript("echo hello", o => o with { LocalUsers = [self] }))
        {
            using TestClient client = await ours.ConnectAsync();
            Assert.Equal("hello", await client.ReadLineAsync());

            // an IPv6 socket that speaks IPv4
            using Socket mapped = new(SocketType.Stream, ProtocolType.Tcp);
            await mapped.ConnectAsync(ours.Daemon.Endpoint);
            byte[] first = new byte[1];
            Assert.Equal(1, await mapped.ReceiveAsync(first).WaitAsync(TestDaemon.Patience));
        }

        await using TestDaemon others = TestDaemon.OfScript("echo hello", o => o with { LocalUsers = [self + 1] });
        using TestClient refused = await others.ConnectAsync();
        Assert.Null(await refused.ReadLineAsync());
        Assert.Contains($"user {self} ", (await others.WaitForAsync<ConnectionRefused>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_are_read_with_a_prefix_or_as_one_address()
    {
        Assert.Equal(IPNetwork.Parse("192.0.2.7/32"), AllowedNetwork.Parse("192.0.2.7"));
        Assert.Equal(IPNetwork.Parse("2001:db8::/32"), AllowedNetwork.Parse("2001:db8::/32"));
        Assert.Equal("NetworkInvalid", Assert.Throws<InetDaemonException>(() => AllowedNetwork.Parse("here")).Code);
        Assert.Equal(0u, LocalUser.Parse("root"));
        Assert.Equal(1234u, LocalUser.Parse("1234"));
        Assert.Equal("UnknownUser", Assert.Throws<InetDaemonException>(() => LocalUser.Parse("no-such-user")).Code);
    }

    private static InetDaemonOptions Options(params uint[] users) =>
        TestDaemon.Options(new EvaluatorCommand { Program = "/bin/cat" }) with { LocalUsers = users };
}
