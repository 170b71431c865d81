using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Engine.Tests.InetDaemon;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9001", "127.0.0.1:9001")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("localhost", "127.0.0.1:9000")]
    [InlineData("tcp://localhost:9000/", "127.0.0.1:9000")]
    [InlineData("[::1]:9002", "[::1]:9002")]
    [InlineData("[::1]", "[::1]:9000")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData(":9003", "127.0.0.1:9003")]
    [InlineData("9004", "127.0.0.1:9004")]
    public void Reads_the_forms_of_configurations(string text, string expected) => Assert.Equal(expected, ListenAddress.Parse(text).ToString());

    [Theory]
    [InlineData("example.com:9000")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("127.0.0.1:nine")]
    [InlineData("127.0.0.1:-1")]
    public void Refuses_what_is_no_address(string text) => Assert.Equal("BadListenAddress", Assert.Throws<InetDaemonException>(() => ListenAddress.Parse(text)).Code);
}
