namespace DcpWorker.Cmdlets.Tests;

public sealed class EvaluatorUriTests
{
    [Theory]
    [InlineData("tcp://localhost:9000", "localhost", 9000)]
    [InlineData("tcp://localhost", "localhost", 9000)]
    [InlineData("localhost:9123", "localhost", 9123)]
    [InlineData("127.0.0.1:9123", "127.0.0.1", 9123)]
    [InlineData("tcp://[::1]:9123/", "[::1]", 9123)]
    public void An_address_is_completed(string text, string host, int port)
    {
        Uri complete = EvaluatorUri.Complete(new Uri(text, UriKind.RelativeOrAbsolute));
        Assert.Equal(host, complete.Host);
        Assert.Equal(port, complete.Port);
    }

    [Theory]
    [InlineData("http://localhost:9000")]
    [InlineData("tcp://localhost:9000/path")]
    [InlineData("")]
    public void Anything_else_is_refused_with_an_example(string text)
    {
        CmdletException e = Assert.Throws<CmdletException>(() => EvaluatorUri.Complete(new Uri(text, UriKind.RelativeOrAbsolute)));
        Assert.Equal("EvaluatorUriInvalid", e.Code);
        Assert.Contains("tcp://", e.Message, StringComparison.Ordinal);
    }
}
