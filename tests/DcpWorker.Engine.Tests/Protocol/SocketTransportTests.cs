using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Framing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>The two ends of one WebSocket over pipes, which hold back a writer whose reader does not read.</summary>
public sealed class SocketTransportTests
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly WebSocket _server;
    private readonly WebSocket _client;

    public SocketTransportTests()
    {
        _server = WebSocket.CreateFromStream(new DuplexStream(_toServer.Reader.AsStream(), _toClient.Writer.AsStream()), new WebSocketCreationOptions { IsServer = true });
        _client = WebSocket.CreateFromStream(new DuplexStream(_toClient.Reader.AsStream(), _toServer.Writer.AsStream()), new WebSocketCreationOptions { IsServer = false });
    }

    [Fact]
    public async Task Both_ends_open_and_carry_messages_in_order()
    {
        SocketTransport server = Make(_server, isServer: true);
        SocketTransport client = Make(_client, isServer: false);
        await Task.WhenAll(server.OpenAsync(CancellationToken.None), client.OpenAsync(CancellationToken.None)).WaitAsync(Peers.Patience);
        List<string> received = [];
        Task serving = server.RunAsync(received.Add, CancellationToken.None);
        Task running = client.RunAsync(_ => { }, CancellationToken.None);
        string[] messages = [.. Enumerable.Range(0, 50).Select(n => "{" + new string('x', n * 20_000) + "}")];
        foreach (string message in messages)
        {
            client.Send(message);
        }

        client.Close();
        await Task.WhenAll(serving, running).WaitAsync(Peers.Patience);
        Assert.Equal(messages, received);
    }

    [Fact]
    public async Task A_peer_that_makes_us_answer_without_reading_is_cut_off()
    {
        SocketTransport server = Make(_server, isServer: true);
        Task opening = server.OpenAsync(CancellationToken.None);
        await SendAsync("40");
        await opening.WaitAsync(Peers.Patience);
        Task serving = server.RunAsync(_ => { }, CancellationToken.None);
        for (int i = 0; i < 100_000 && !serving.IsCompleted; i++)
        {
            await SendAsync("42[\"message\",\"E0000P{\\\"wantsAck\\\":true}\"]");
        }

        await serving.WaitAsync(Peers.Patience);
    }

    private Task SendAsync(string packet) =>
        _client.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));

    private static SocketTransport Make(WebSocket socket, bool isServer) => new(socket, isServer, ConnectionOptions.Default, TimeProvider.System, NullLogger.Instance);

    private sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            output.Dispose();
            base.Dispose(disposing);
        }
    }
}
