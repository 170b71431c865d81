using DcpWorker.Engine.Sandboxes;

namespace DcpWorker.Engine.Tests.Sandboxes;

public sealed class EvaluatorLocationTests
{
    [Theory]
    [InlineData("tcp://localhost:9000", "localhost", 9000)]
    [InlineData("http://localhost:9001/", "localhost", 9001)]
    [InlineData("http://127.0.0.1", "127.0.0.1", 9000)]
    [InlineData("dcpsaw://localhost:80", "localhost", 80)]
    [InlineData("localhost", "localhost", 9000)]
    [InlineData("localhost:1234", "localhost", 1234)]
    [InlineData("tcp://[::1]:9000", "::1", 9000)]
    public void Reads_the_forms_of_configurations(string text, string host, int port) =>
        Assert.Equal(new EvaluatorLocation(host, port), EvaluatorLocation.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("tcp://")]
    [InlineData("tcp://localhost:notaport")]
    [InlineData("tcp://me@localhost:9000")]
    public void Refuses_what_names_no_place(string text) => Assert.Throws<SandboxException>(() => EvaluatorLocation.Parse(text));

    [Fact]
    public void Prints_as_it_reads() => Assert.Equal("tcp://[::1]:9000", EvaluatorLocation.Parse("[::1]").ToString());
}
