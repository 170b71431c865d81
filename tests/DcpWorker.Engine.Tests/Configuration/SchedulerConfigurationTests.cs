using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Protocol;

namespace DcpWorker.Engine.Tests.Configuration;

public sealed class SchedulerConfigurationTests
{
    private static readonly Uri Location = new("http://127.0.0.1:42207/");

    [Fact]
    public void The_recorded_configuration_tells_where_the_services_are()
    {
        SchedulerConfiguration configuration = SchedulerConfiguration.Parse(Location, RecordedText());

        Assert.Equal("http://127.0.0.1:42207/job-submit/", configuration.Service("jobSubmit").AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/result-submitter/", configuration.Service("resultSubmitter").AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/event-router/", configuration.Service("eventRouter").AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/task-distributor/", configuration.Service("taskDistributor").AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/compute-groups/", configuration.Service("computeGroups").AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/bank-teller/", configuration.BankTeller.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:42207/package-manager/", configuration.PackageManager.AbsoluteUri);
        Assert.Equal(3_000_000, configuration.Raw["job"]["uploadSlicesTarget"].AsInt32());
    }

    [Fact]
    public void A_service_that_is_not_listed_is_named_in_the_error()
    {
        SchedulerConfiguration configuration = SchedulerConfiguration.Parse(Location, RecordedText());
        SchedulerConfigurationException e = Assert.Throws<SchedulerConfigurationException>(() => configuration.Service("nowhere"));
        Assert.Contains("scheduler.services.nowhere.location", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void How_to_connect_is_said_for_all_for_a_host_and_for_an_origin()
    {
        const string Text = """
            {"_serializeVerId":"v9","what":{"raw":{"scheduler":{},"dcp":{"connectionOptions":{
              "default":{"connectTimeout":5,"reconnectTimeout":50,"allowBatch":false,"maxMessagesPerBatch":7},
              "b.example":{"connectTimeout":6,"maxMessagesPerBatch":0},
              "http://b.example:81":{"connectTimeout":8,"reconnectTimeout":-1}}}}}}
            """;
        SchedulerConfiguration configuration = SchedulerConfiguration.Parse(Location, Text);
        ConnectionOptions ours = ConnectionOptions.Default with { MaxRtt = TimeSpan.FromSeconds(3) };

        ConnectionOptions everybody = configuration.Connection(new Uri("http://a.example/x/"), ours);
        Assert.Equal((5, 50, false, 7, 3), (everybody.ConnectTimeout.TotalSeconds, everybody.ReconnectTimeout.TotalSeconds, everybody.AllowBatch, everybody.MaxMessagesPerBatch, everybody.MaxRtt.TotalSeconds));
        ConnectionOptions host = configuration.Connection(new Uri("http://b.example/x/"), ours);
        Assert.Equal((6, 50, 7), (host.ConnectTimeout.TotalSeconds, host.ReconnectTimeout.TotalSeconds, host.MaxMessagesPerBatch));
        ConnectionOptions origin = configuration.Connection(new Uri("http://b.example:81/x/"), ours);
        Assert.Equal((8, 50), (origin.ConnectTimeout.TotalSeconds, origin.ReconnectTimeout.TotalSeconds));
    }

    [Fact]
    public void Who_does_not_say_how_to_connect_leaves_it_as_it_is()
    {
        SchedulerConfiguration silent = SchedulerConfiguration.Parse(Location, """{"_serializeVerId":"v9","what":{"raw":{"scheduler":{}}}}""");
        Assert.Equal(ConnectionOptions.Default, silent.Connection(new Uri("http://a.example/"), ConnectionOptions.Default));
    }

    [Fact]
    public void What_a_remote_party_must_not_decide_is_dropped()
    {
        const string Text = """{"_serializeVerId":"v9","what":{"raw":{"scheduler":{},"worker":{"x":1},"evaluator":{},"bundle":{},"system":{}}}}""";
        SchedulerConfiguration configuration = SchedulerConfiguration.Parse(Location, Text);
        Assert.Equal(["scheduler"], configuration.Raw.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>not found</html>")]
    [InlineData("{}")]
    [InlineData("""{"_serializeVerId":"v9","what":42}""")]
    [InlineData("""{"_serializeVerId":"v9","what":{"raw":{"bank":{}}}}""")]
    [InlineData("""{"_serializeVerId":"v99","what":{"raw":{"scheduler":{}}}}""")]
    public void A_text_that_is_no_configuration_is_refused(string text) =>
        Assert.Throws<SchedulerConfigurationException>(() => SchedulerConfiguration.Parse(Location, text));

    [Fact]
    public async Task It_is_fetched_with_the_format_that_we_read()
    {
        (Uri location, Task<string> request) = Serve("200 OK", RecordedText());
        using HttpClient http = new();

        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(location, http, default);

        Assert.StartsWith("GET /etc/dcp-config.kvin?ver=2.1.0 HTTP/1.1", await request, StringComparison.Ordinal);
        Assert.Equal("/job-submit/", configuration.Service("jobSubmit").AbsolutePath);
    }

    [Fact]
    public async Task An_http_error_says_which_and_that_it_was_the_scheduler()
    {
        (Uri location, _) = Serve("503 Service Unavailable", string.Empty);
        using HttpClient http = new();

        SchedulerUnreachableException e = await Assert.ThrowsAsync<SchedulerUnreachableException>(
            () => SchedulerConfiguration.FetchAsync(location, http, default));
        Assert.Contains("503", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using HttpClient http = new();

        await Assert.ThrowsAsync<SchedulerUnreachableException>(
            () => SchedulerConfiguration.FetchAsync(new Uri($"http://127.0.0.1:{port}/"), http, default));
    }

    private static string RecordedText() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", "deployer-and-worker-dialogue.txt"))
            .First(line => line.StartsWith("{\"_serializeVerId\"", StringComparison.Ordinal));

    /// <summary>Answers one request; the task gives its head.</summary>
    private static (Uri Location, Task<string> Request) Serve(string status, string body)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return (new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), AnswerAsync());

        async Task<string> AnswerAsync()
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            listener.Stop();
            NetworkStream stream = client.GetStream();
            StringBuilder head = new();
            byte[] buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                head.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
            return head.ToString();
        }
    }
}
