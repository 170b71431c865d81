using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>
/// Each half of the recorded dialogue is played by our connection, with the recorded keys, identifiers and times, against the
/// recorded other half: what it sends must be what the real peer sent, byte for byte.
/// </summary>
public sealed class DialogueReplayTests
{
    private static readonly TimeSpan BatchDelay = TimeSpan.FromMilliseconds(30);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1795343710));
    private readonly ManualPost _post = new();
    private readonly ScriptedIdentifiers _identifiers = new();
    private readonly RecordingTransport _wire = new();
    private readonly ScriptedClock _clock;

    public DialogueReplayTests() => _clock = new ScriptedClock(_time);

    [Fact]
    public async Task The_initiators_half_is_sent_byte_for_byte()
    {
        Connection connection = Make(ConnectionRole.Initiator, Peers.InitiatorKey);
        PrivateKey account = PrivateKey.Parse(string.Concat(Enumerable.Repeat("33", 32)));
        List<Task<Response>> answers = [];
        Queue<Action> actions = new(
        [
            () => connection.Open(_wire),
            () => answers.Add(connection.RequestAsync("hello", new JsObject { ["a"] = 1, ["s"] = "é" })),
            () => answers.Add(connection.RequestAsync("pay", new JsObject { ["n"] = 2 }, new RequestOptions { AuthoriseWith = [account] })),
            () =>
            {
                answers.Add(connection.RequestAsync("b1", new JsObject { ["x"] = 1 }));
                answers.Add(connection.RequestAsync("b2", new JsObject { ["x"] = 2 }));
                answers.Add(connection.RequestAsync("fail", new JsObject()));
            },
            () =>
            {
                connection.Notify(new JsObject { ["note"] = true });
                answers.Add(connection.RequestAsync("keepalive", 1795343710821L));
            },
            () => _ = connection.CloseAsync(),
        ]);

        Preload(fromClient: true);
        foreach ((bool fromClient, string text, JsObject body) in Recorded())
        {
            if (!fromClient)
            {
                connection.Receive(_wire, text);
                _post.RunAll();
                continue;
            }

            if (_wire.Count == 0)
            {
                Act(actions.Dequeue());
            }

            Assert.Equal(text, _wire.Take());
        }

        Assert.Equal(0, _wire.Count);
        Assert.Empty(actions);
        Response[] responses = await Task.WhenAll(answers);
        Assert.Equal([true, true, true, true, false, true], responses.Select(r => r.Success));
        Assert.Equal("{\"youSaid\":{\"a\":1,\"s\":\"é\"}}", JsonWriter.Write(responses[0].Payload));
        Assert.Equal("EFAIL", responses[4].Payload["code"].AsString());
    }

    [Fact]
    public async Task The_targets_half_is_sent_byte_for_byte()
    {
        Connection connection = Make(ConnectionRole.Responder, Peers.TargetKey);
        connection.RequestHandler = (request, _) => request.Operation == "fail"
            ? throw new ProtocolException("EFAIL", "because")
            : Task.FromResult<JsValue>(new JsObject { ["youSaid"] = request.Data });
        List<JsValue> notifications = [];
        connection.NotificationHandler = notifications.Add;

        Preload(fromClient: false);
        bool isFirst = true;
        foreach ((bool fromClient, string text, JsObject body) in Recorded())
        {
            if (fromClient)
            {
                if (isFirst)
                {
                    connection.Accept(_wire, SealedMessage.Open(text));
                    isFirst = false;
                }
                else
                {
                    connection.Receive(_wire, text);
                }

                _post.RunAll();
                continue;
            }

            if (!text.Contains("because", StringComparison.Ordinal))
            {
                Assert.Equal(text, _wire.Take());
                continue;
            }

            // the stack trace in the recorded error is that of another program; all else is the same
            JsValue ours = _wire.TakeMessage().Body;
            foreach (JsValue batch in new[] { ours, body })
            {
                JsObject error = (JsObject)((JsArray)batch["payload"])[2]["payload"];
                Assert.Equal(("because", "EFAIL", Peers.TargetKey.Address.ToString()), (error["message"].AsString(), error["code"].AsString(), error["origin"].AsString()));
                ((JsObject)((JsArray)batch["payload"])[2])["payload"] = JsValue.Null;
            }

            Assert.Equal(JsonWriter.Write(body), JsonWriter.Write(ours));
        }

        // the recorded target hangs up before it says goodbye; ours says it first
        Assert.Equal("\"goodbye\"", JsonWriter.Write(_wire.TakeMessage().Body["payload"]));
        Assert.True(_wire.IsClosed);
        Assert.Equal("ECONNRESET", await connection.Closed);
        Assert.Equal("{\"note\":true}", JsonWriter.Write(Assert.Single(notifications)));
    }

    private void Act(Action action)
    {
        action();
        _post.RunAll();
        _time.Advance(BatchDelay);
        _post.RunAll();
    }

    private void Preload(bool fromClient)
    {
        foreach ((bool _, string _, JsObject body) in Recorded().Where(r => r.FromClient == fromClient))
        {
            _identifiers.Follow(body, _clock);
            string? session = body["payload"]["data"]["sid"].AsString();
            if (session is null && !fromClient && body["payload"]["operation"].AsString() == "connect")
            {
                session = body["dcpsid"].AsString()![21..];
            }

            if (session is not null)
            {
                _identifiers.Halves.Enqueue(session);
            }
        }
    }

    private Connection Make(ConnectionRole role, PrivateKey key) => new(
        role,
        new Uri("http://127.0.0.1:1/svc/"),
        key,
        ConnectionOptions.Default with { BatchDelay = BatchDelay },
        new ConnectionParts { Identifiers = _identifiers, Clock = _clock, Post = _post.Post },
        _time,
        NullLogger.Instance);

    private static List<(bool FromClient, string Text, JsObject Body)> Recorded() =>
        [.. RecordedDialogue.Read("connection-dialogue.txt")
            .Where(p => p.Frame?[0] == '{')
            .Select(p => (p.FromClient, Frame: RecordedDialogue.Resealed(p.Frame!)))
            .Select(p => (p.FromClient, p.Frame, SealedMessage.Open(p.Frame).Body))];
}
