using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class ServiceConnectionTests
{
    private static readonly ConnectionOptions Quick = ConnectionOptions.Default with { UnknownSessionDelay = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task A_request_that_may_be_resent_outlives_the_session()
    {
        TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Peers peers = new(Quick, async (request, ct) =>
        {
            asked.TrySetResult();
            await stuck.Task.WaitAsync(ct);
            return request.Data;
        });
        List<string?> sessions = [];
        await using ServiceConnection service = New(peers);
        service.OnReady = (connection, _) =>
        {
            sessions.Add(connection.SessionId);
            return Task.CompletedTask;
        };
        Task<Response> answer = service.RequestAsync("result", 7, new RequestOptions { Resend = true });
        await asked.Task.WaitAsync(Peers.Patience);
        peers.Restart();
        stuck.SetResult();
        Assert.Equal(7, (await answer.WaitAsync(Peers.Patience)).Payload.AsInt32());
        Assert.Equal(2, sessions.Distinct().Count());
    }

    [Fact]
    public async Task A_request_that_may_not_be_resent_fails_with_its_session_and_the_next_one_works()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Peers peers = new(Quick, async (request, ct) =>
        {
            if (request.Operation == "wait")
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, ct);
            }

            return request.Data;
        });
        await using ServiceConnection service = New(peers);
        Task<Response> answer = service.RequestAsync("wait", 7);
        await asked.Task.WaitAsync(Peers.Patience);
        peers.Restart();
        ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => answer.WaitAsync(Peers.Patience));
        Assert.Equal(("ECONNRESET", true), (error.Code, error.IsConnectionFailure));
        Assert.Equal(8, (await service.RequestAsync("echo", 8, new RequestOptions { Resend = true }).WaitAsync(Peers.Patience)).Payload.AsInt32());
    }

    [Fact]
    public async Task A_service_that_refuses_is_reported_and_asked_again()
    {
        await using Peers peers = new(Quick);
        peers.Host.Refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        TaskCompletionSource<ProtocolException> lost = new();
        await using ServiceConnection service = New(peers);
        service.OnLost = e => lost.TrySetResult(e);
        ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => service.RequestAsync("hello", 1).WaitAsync(Peers.Patience));
        Assert.Equal("DCPC-1014", error.Code);
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Equal("DCPC-1014", (await lost.Task.WaitAsync(Peers.Patience)).Code);
        peers.Host.Refusal = null;
        Assert.True((await service.RequestAsync("hello", 1, new RequestOptions { Resend = true }).WaitAsync(Peers.Patience)).Success);
    }

    [Fact]
    public async Task A_service_that_is_busy_is_asked_again_and_one_that_has_moved_is_followed()
    {
        await using Peers peers = new(Quick);
        await using WebSocketHost old = new((_, _, _) => Task.CompletedTask);
        old.Refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        Connection connection = Connection.Initiate(old.Location, Peers.InitiatorKey, Quick, null, TimeProvider.System, NullLogger.Instance);
        await using (connection)
        {
            Task connecting = connection.ConnectAsync(CancellationToken.None);
            using CancellationTokenSource deadline = new(Peers.Patience);
            while (old.Accepted < 2)
            {
                await Task.Delay(10, deadline.Token);
            }

            old.Refusal = $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {ServiceAddress.SocketUri(peers.Host.Location, "dcp5/socketio/").AbsoluteUri.Replace("ws:", "http:", StringComparison.Ordinal)}\r\nContent-Length: 0\r\n\r\n";
            await connecting.WaitAsync(Peers.Patience);
            Assert.True((await connection.RequestAsync("hello", 1).WaitAsync(Peers.Patience)).Success);
        }
    }

    [Fact]
    public async Task Closing_fails_those_who_wait_for_a_connection()
    {
        await using Peers peers = new(Quick);
        peers.Host.Refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        ServiceConnection service = New(peers);
        Task<Response> one = service.RequestAsync("hello", 1);
        Task<Response> other = service.RequestAsync("hello", 1, new RequestOptions { Resend = true });
        await service.DisposeAsync().AsTask().WaitAsync(Peers.Patience);
        await Assert.ThrowsAsync<ProtocolException>(() => one.WaitAsync(Peers.Patience));
        await Assert.ThrowsAsync<ProtocolException>(() => other.WaitAsync(Peers.Patience));
        await Assert.ThrowsAsync<ProtocolException>(() => service.RequestAsync("hello", 1).WaitAsync(Peers.Patience));
    }

    private static ServiceConnection New(Peers peers) => new(peers.Host.Location, Peers.InitiatorKey, peers.Options, null, TimeProvider.System, NullLogger.Instance);
}
