using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class FramingTests
{
    private readonly List<string> _delivered = [];
    private readonly List<string> _replies = [];

    [Fact]
    public void A_message_longer_than_the_peer_takes_is_cut_and_put_together_again()
    {
        MessageFraming sender = New();
        MessageFraming receiver = New(maxFragment: 2000);
        sender.Receive(receiver.Announce(), Fail, Fail);
        string message = "{" + new string('x', 4998) + "\ud83d\ude00}";
        string[] frames = [.. sender.Split(message)];
        Assert.Equal(3, frames.Length);
        Assert.StartsWith("E001dC{\"msgId\":1,\"seq\":0,\"total\":3}{xx", frames[0], StringComparison.Ordinal);
        foreach (string frame in frames)
        {
            Receive(receiver, frame);
        }

        Assert.Equal([message], _delivered);
    }

    [Fact]
    public void Fragments_of_different_messages_interleave_and_are_delivered_in_the_order_of_their_first_pieces()
    {
        MessageFraming framing = New();
        Receive(framing, Fragment(1, 1, 2, "b}"));
        Receive(framing, Fragment(2, 0, 2, "{c"));
        Receive(framing, "{whole}");
        Receive(framing, Fragment(2, 1, 2, "d}"));
        Receive(framing, "E0000O{urgent}");
        Assert.Equal(["{urgent}"], _delivered);
        Receive(framing, Fragment(1, 0, 2, "{a"));
        Assert.Equal(["{urgent}", "{ab}", "{cd}", "{whole}"], _delivered);
    }

    [Theory]
    [InlineData("E001dC{\"msgId\":1,\"seq\":3,\"total\":3}x", "DCPC-1108")]
    [InlineData("E001dC{\"msgId\":1,\"seq\":0,\"total\":0}x", "DCPC-1108")]
    [InlineData("E001eC{\"msgId\":1,\"seq\":-1,\"total\":3}x", "DCPC-1108")]
    [InlineData("E0004C[{}]x", "DCPC-1108")]
    [InlineData("E0025C{\"msgId\":1,\"seq\":0,\"total\":100000000}x", "DCPC-1113")]
    [InlineData("E00", "EINVAL")]
    [InlineData("Effff{}", "EINVAL")]
    [InlineData("E0000Z", "EINVAL")]
    [InlineData("E0000P{\"rxMaxFragmentSize\":1}", "EINVAL")]
    [InlineData("E0000P{", "EINVAL")]
    [InlineData("hello", "EINVAL")]
    [InlineData("", "EINVAL")]
    public void A_frame_that_cannot_be_is_refused(string frame, string code)
    {
        DcpException error = Assert.ThrowsAny<DcpException>(() => Receive(New(), frame));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void A_piece_longer_than_announced_is_refused() =>
        Assert.Equal("DCPC-1114", Assert.Throws<ProtocolException>(() => Receive(New(maxFragment: 2000), Fragment(1, 0, 2, new string('x', 2001)))).Code);

    [Fact]
    public void What_incomplete_messages_hold_is_bounded()
    {
        MessageFraming framing = New(maxMessage: 10_000);
        ProtocolException error = Assert.Throws<ProtocolException>(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Receive(framing, Fragment(i, 0, 2, new string('x', 1000)));
            }
        });
        Assert.Equal("DCPC-1114", error.Code);
    }

    [Fact]
    public void How_many_messages_may_be_incomplete_is_bounded()
    {
        MessageFraming framing = New();
        ProtocolException error = Assert.Throws<ProtocolException>(() =>
        {
            for (int i = 0; i <= FragmentAssembler.MaxWaiting; i++)
            {
                Receive(framing, Fragment(i, 0, 2, ""));
            }
        });
        Assert.Equal("DCPC-1113", error.Code);
    }

    [Fact]
    public void A_peer_that_wants_it_gets_each_message_acknowledged_and_debug_frames_are_ignored()
    {
        MessageFraming framing = New();
        Receive(framing, "Tanything");
        Receive(framing, "A0000-ACK");
        Assert.Empty(_replies);
        Receive(framing, "E0000P{\"wantsAck\":true}");
        _replies.Clear();
        Receive(framing, "{}");
        Assert.Equal(["A0000-ACK"], _replies);
    }

    [Fact]
    public void Before_a_peer_has_spoken_it_is_sent_a_million_characters_at_once() =>
        Assert.Equal([1, 2], new[] { 1_000_000, 1_000_001 }.Select(n => New().Split(new string('{', n)).Count()));

    [Fact]
    public void The_transport_frames_of_the_vectors_are_ours()
    {
        JsValue vector = JsonReader.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "protocol.json")))["transportFrames"];
        Assert.Equal(vector["announce"].AsString(), New().Announce());
        Assert.Equal(vector["socketIoEvent"].AsString(), SocketIoPacket.Event("E0000P{}"));
        MessageFraming framing = New();
        framing.Receive("E0000P{\"wantsAck\":true}", Fail, _replies.Add);
        Assert.Equal(vector["ack"].AsString(), _replies[0]);
    }

    [Theory]
    [InlineData("42[\"other\",\"x\"]")]
    [InlineData("42[\"message\",1]")]
    [InlineData("42[\"message\"]")]
    [InlineData("42{}")]
    [InlineData("42")]
    public void An_event_of_another_kind_holds_no_frame(string packet) => Assert.Null(SocketIoPacket.FrameOf(packet));

    [Fact]
    public void An_event_that_is_no_JSON_is_refused() => Assert.Throws<SerializationException>(() => SocketIoPacket.FrameOf("42[\"message\","));

    private static MessageFraming New(int maxFragment = 300_000, int maxMessage = 10_000_000) =>
        new(maxFragment, maxMessage, TimeSpan.FromMilliseconds(10100));

    private static string Fragment(int id, int seq, int total, string piece)
    {
        string header = $"{{\"msgId\":{id},\"seq\":{seq},\"total\":{total}}}";
        return $"E{header.Length:x4}C{header}{piece}";
    }

    private static void Fail(string message) => Assert.Fail($"Nothing should come of this, but {message} did.");

    private void Receive(MessageFraming framing, string frame) => framing.Receive(frame, _delivered.Add, _replies.Add);
}
