using DcpWorker.Engine.Protocol.Messages;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class FlowControlTests
{
    private readonly FlowControl _flow = new();

    [Fact]
    public void The_first_message_needs_no_licence_and_each_later_one_needs_one_of_its_own()
    {
        Assert.True(_flow.MaySend);
        Assert.Null(_flow.Licence);
        Put("t1");
        Assert.False(_flow.MaySend);
        Assert.Equal(FlowControl.AckKind.Delivered, _flow.Acknowledge("t1", "n1"));
        Assert.True(_flow.MaySend);
        Assert.Equal("n1", _flow.Licence);
        Put("t2");
        Assert.Null(_flow.Licence);
        Assert.False(_flow.MaySend);
    }

    [Fact]
    public void A_repeated_acknowledgement_asks_for_what_is_on_deck()
    {
        Put("t1");
        _flow.Acknowledge("t1", "n1");
        Assert.Equal(FlowControl.AckKind.Repeated, _flow.Acknowledge("t1", "n1"));
        Assert.Equal("n1", _flow.Licence);
        Put("t2");
        Assert.Equal(FlowControl.AckKind.Repeated, _flow.Acknowledge("t1", "n1"));
        Assert.Equal("t2", _flow.OnDeck!.AckToken);
        Assert.Null(_flow.Licence);
    }

    [Fact]
    public void An_acknowledgement_of_nothing_is_unsolicited()
    {
        Assert.Equal(FlowControl.AckKind.Unsolicited, _flow.Acknowledge("x", "n"));
        Put("t1");
        Assert.Equal(FlowControl.AckKind.Unsolicited, _flow.Acknowledge("x", "n"));
        Assert.NotNull(_flow.OnDeck);
    }

    [Fact]
    public void An_acknowledgement_without_a_licence_lets_nothing_more_out()
    {
        Put("t1");
        _flow.Acknowledge("t1", null);
        Assert.False(_flow.MaySend);
    }

    [Fact]
    public void A_nonce_is_good_for_one_message()
    {
        Assert.True(_flow.Accept("m1", null));
        _flow.Issue("n1");
        Assert.True(_flow.IsRepeated("m1"));
        Assert.False(_flow.IsRepeated("m2"));
        Assert.True(_flow.Accept("m2", "n1"));
        Assert.False(_flow.Accept("m3", "n1"));
        _flow.Issue("n2");
        Assert.False(_flow.Accept("m4", null));
    }

    [Fact]
    public void The_first_message_of_a_peer_has_no_nonce() => Assert.False(_flow.Accept("m1", "n0"));

    private void Put(string token) => _flow.PutOnDeck(new MessageOnDeck("{}", token, []));
}
