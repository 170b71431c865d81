using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>Our connection with the network's own: its Connection against our listener, ours against its Target.</summary>
public sealed class InteropTests
{
    private static readonly PrivateKey Account = PrivateKey.Parse(string.Concat(Enumerable.Repeat("33", 32)));

    [InteropFact]
    public async Task The_networks_initiator_talks_to_our_listener()
    {
        await using Peers peers = new(ConnectionOptions.Default with { UnknownSessionDelay = TimeSpan.FromMilliseconds(50) }, AnswerAsync);
        await using NodePeer node = NodePeer.Start("initiator.js", peers.Host.Location.ToString());

        Assert.Equal(42, (await StepAsync(node, "connected")).AsString()!.Length);
        Assert.Equal("{\"youSaid\":{\"a\":1,\"s\":\"é\ud83d\ude00\u2028\",\"n\":[1e+21,1e-7,0,0.1]}}", JsonWriter.Write(await StepAsync(node, "hello")));
        Assert.Equal(string.Join(',', Enumerable.Range(0, 50)), string.Join(',', ((JsArray)await StepAsync(node, "batched")).Items));
        Assert.True((await StepAsync(node, "big")).AsBoolean());
        Assert.Equal("{\"success\":false,\"code\":\"EFAIL\",\"message\":\"because\"}", JsonWriter.Write(await StepAsync(node, "failed")));
        Assert.Equal($"[\"{Account.Address}\"]", JsonWriter.Write(await StepAsync(node, "authorised")));
        Assert.Equal("{\"event\":\"event\",\"data\":{\"token\":1}}", JsonWriter.Write(await StepAsync(node, "asked")));
        await StepAsync(node, "roundTripMs");

        peers.Host.Cut();
        await node.WriteLineAsync("cut");
        Assert.Equal(string.Join(',', Enumerable.Range(0, 30)), string.Join(',', ((JsArray)await StepAsync(node, "resumed")).Items));
        Assert.Single(peers.Accepted);

        peers.Restart();
        await node.WriteLineAsync("restarted");
        Assert.Equal("ECONNRESET", (await StepAsync(node, "lost")).AsString());
        Assert.True((await StepAsync(node, "ended")).AsBoolean());
    }

    [InteropFact]
    public async Task Our_initiator_talks_to_the_networks_target()
    {
        await using NodePeer node = NodePeer.Start("target.js");
        await using TcpRelay relay = new(new Uri(await node.ReadLineAsync()));
        Connection connection = Connection.Initiate(relay.Location, Peers.InitiatorKey, ConnectionOptions.Default, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using (connection)
        {
            connection.RequestHandler = (request, _) => Task.FromResult<JsValue>(new JsObject { ["event"] = request.Operation, ["data"] = request.Data });

            Response hello = await AskAsync("hello", new JsObject { ["a"] = 1, ["s"] = "é\ud83d\ude00\u2028" });
            Assert.Equal("{\"youSaid\":{\"a\":1,\"s\":\"é\ud83d\ude00\u2028\"}}", JsonWriter.Write(hello.Payload));

            Response[] many = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => AskAsync("count", new JsObject { ["n"] = n })));
            Assert.Equal(Enumerable.Range(0, 50), many.Select(r => r.Payload["youSaid"]["n"].AsInt32()!.Value));

            string big = string.Concat(Enumerable.Repeat("x\"é\ud83d\ude00\\", 200_000));
            Assert.Equal(big, (await AskAsync("big", big)).Payload["youSaid"].AsString());

            Response failed = await AskAsync("fail", new JsObject());
            Assert.Equal(("EFAIL", false), (failed.Payload["code"].AsString(), failed.Success));

            Response[] pays = await Task.WhenAll(
                AskAsync("hello", 1),
                AskAsync("pay", new JsObject { ["n"] = 2 }, new RequestOptions { AuthoriseWith = [Account] }),
                AskAsync("pay", new JsObject { ["n"] = 3 }));
            Assert.Equal([true, false], pays[1..].Select(p => p.Payload["authorised"].AsBoolean()!.Value));

            Response json = await AskAsync("hello", new JsObject { ["pile"] = 1 }, new RequestOptions { JsonData = true });
            Assert.Equal(1, json.Payload["youSaid"]["pile"].AsInt32());

            Assert.Equal("{\"heard\":{\"event\":\"event\",\"data\":{\"token\":1}}}", JsonWriter.Write((await AskAsync("ask", 1)).Payload));

            string? session = connection.SessionId;
            for (int round = 0; round < 3; round++)
            {
                Task<Response>[] pending = [.. Enumerable.Range(0, 30).Select(n => AskAsync("count", n))];
                relay.Cut();
                Response[] resumed = await Task.WhenAll(pending);
                Assert.Equal(Enumerable.Range(0, 30), resumed.Select(r => r.Payload["youSaid"].AsInt32()!.Value));
            }

            Assert.Equal(session, connection.SessionId);
            await connection.CloseAsync().WaitAsync(Peers.Patience);
        }

        Task<Response> AskAsync(string operation, JsValue data, RequestOptions? options = null) =>
            connection.RequestAsync(operation, data, options).WaitAsync(Peers.Patience);
    }

    private static async Task<JsValue> AnswerAsync(IncomingRequest request, CancellationToken ct) => request.Operation switch
    {
        "fail" => throw new ProtocolException("EFAIL", "because"),
        "pay" => JsArray.OfStrings(request.AuthorisedBy.Select(a => a.ToString())),
        "ask" => (await request.Connection.RequestAsync("event", new JsObject { ["token"] = 1 }, ct: ct)).Payload,
        _ => new JsObject { ["youSaid"] = request.Data },
    };

    private static async Task<JsValue> StepAsync(NodePeer node, string step)
    {
        JsValue line = JsonReader.Parse(await node.ReadLineAsync());
        Assert.True(line["step"].AsString() == step, $"expected step '{step}', got {JsonWriter.Write(line)}");
        return line["value"];
    }
}
