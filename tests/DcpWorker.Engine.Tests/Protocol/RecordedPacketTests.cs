using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>Every recorded packet of the real peers is read, verified over its source text, and printed again byte for byte.</summary>
public sealed class RecordedPacketTests
{
    private static readonly string[] Files = ["connection-dialogue.txt", "connection-edge-cases.txt", "deployer-and-worker-dialogue.txt"];

    public static TheoryData<string, int> Packets()
    {
        TheoryData<string, int> cases = [];
        foreach (string file in Files)
        {
            for (int i = 0; i < RecordedDialogue.Read(file).Count; i++)
            {
                cases.Add(file, i);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_recorded_packet_is_read_verified_and_printed_again(string file, int number)
    {
        RecordedPacket packet = RecordedDialogue.Read(file)[number];
        if (packet.Frame is not { } frame)
        {
            Assert.Matches("^(0\\{|40|41$|2$|3$)", packet.Text);
            return;
        }

        Assert.Equal(packet.Text, SocketIoPacket.Event(frame));
        if (frame[0] == 'E')
        {
            Assert.Equal(frame, new MessageFraming(300_000, 1_000_000, TimeSpan.FromMilliseconds(10100)).Announce());
            return;
        }

        if (RecordedDialogue.IsEdited(frame))
        {
            Assert.Equal("EINVAL", Assert.Throws<ProtocolException>(() => SealedMessage.Open(frame)).Code);
            return;
        }

        SealedMessage message = SealedMessage.Open(frame);
        Assert.Equal(message.BodyText, JsonWriter.Write(message.Body));
        if (KeyOf(message.Owner) is { } key)
        {
            Assert.Equal(frame, SealedMessage.Seal(key, message.BodyText));
        }
    }

    [Fact]
    public void The_recorded_authorisation_is_verified_and_made_again()
    {
        JsValue vector = JsonReader.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "protocol.json")))["authorisedRequest"];
        SealedMessage message = SealedMessage.Open(vector["sealed"].AsString()!);
        string payload = vector["payloadText"].AsString()!;
        PrivateKey resource = PrivateKey.Parse(vector["resourceKey"].AsString());
        Assert.Equal(
            [resource.Address],
            ResourceAuthorisation.Verify(message.Body["payload"], payload, message.Body["auth"], Peers.TargetKey.Address, Peers.InitiatorKey.Address));
        Assert.Equal(JsonWriter.Write(message.Body["auth"]), JsonWriter.Write(ResourceAuthorisation.Sign([resource], payload)));
        Assert.Equal(
            JsonWriter.Write(message.Body["payload"]["allow"]),
            JsonWriter.Write(ResourceAuthorisation.Allow([resource], Peers.TargetKey.Address, Peers.InitiatorKey.Address)));

        // for another guardian, another accessor, or another text the same proof is none
        Assert.Empty(ResourceAuthorisation.Verify(message.Body["payload"], payload, message.Body["auth"], resource.Address, Peers.InitiatorKey.Address));
        Assert.Empty(ResourceAuthorisation.Verify(message.Body["payload"], payload, message.Body["auth"], Peers.TargetKey.Address, resource.Address));
        Assert.Empty(ResourceAuthorisation.Verify(message.Body["payload"], payload.Replace("\"n\":2", "\"n\":3", StringComparison.Ordinal), message.Body["auth"], Peers.TargetKey.Address, Peers.InitiatorKey.Address));
    }

    private static PrivateKey? KeyOf(Address owner) =>
        owner.Equals(Peers.InitiatorKey.Address) ? Peers.InitiatorKey : owner.Equals(Peers.TargetKey.Address) ? Peers.TargetKey : null;
}
