using System.Text;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>
/// The line layer: one JSON object a line to the evaluator; <c>MSG:</c>, <c>LOG:</c> and <c>DIE:</c> lines from it.
/// Writing is serialised; reading is one loop, so that messages keep their order.
/// </summary>
internal sealed partial class SandboxConnection(Stream stream, int maxLine, ILogger log) : IDisposable
{
    private const int LongestLogged = 1000;

    private readonly LineReader _lines = new(stream, maxLine);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closed = new();

    /// <summary>The KVIN version that the sandbox's own files write, hence read.</summary>
    internal KvinVersion KvinVersion { get; private set; } = KvinVersion.V9;

    /// <summary>Sends messages to the sandbox in one go.</summary>
    /// <exception cref="IOException">The connection failed.</exception>
    internal Task SendAsync(CancellationToken cancellation, params ReadOnlySpan<JsObject> messages)
    {
        StringBuilder text = new();
        foreach (JsObject message in messages)
        {
            JsonWriter.Write(text, new JsObject { ["type"] = "workerMessage", ["message"] = KvinWriter.Marshal(message, KvinVersion) });
            text.Append('\n');
        }

        return WriteAsync(text.ToString(), cancellation);
    }

    /// <summary>Asks the evaluator to end.</summary>
    internal Task SendDieAsync(CancellationToken cancellation) => WriteAsync("{\"type\":\"die\"}\n", cancellation);

    /// <summary>Hands on every message until the sandbox dies (its last words are returned) or the connection ends (null).</summary>
    /// <exception cref="SandboxException">The sandbox broke the protocol.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    internal async Task<string?> ReadAsync(Func<RingMessage, ValueTask> onMessage)
    {
        while (await _lines.ReadAsync(_closed.Token).ConfigureAwait(false) is { } line)
        {
            if (line.Span.StartsWith("MSG:"u8))
            {
                if (Parse(line.Span[4..]) is { } message)
                {
                    await onMessage(message).ConfigureAwait(false);
                }
            }
            else if (line.Span.StartsWith("DIE:"u8))
            {
                return Excerpt(line.Span[4..]).Trim();
            }
            else if (!line.IsEmpty && log.IsEnabled(LogLevel.Debug))
            {
                LogLine(log, Excerpt(line.Span));
            }
        }

        return null;
    }

    public void Dispose()
    {
        _closed.Cancel();
        stream.Dispose();
    }

    private async Task WriteAsync(string text, CancellationToken cancellation)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException error)
        {
            throw new IOException("The connection to the evaluator is closed.", error);
        }
        finally
        {
            _writing.Release();
        }
    }

    private RingMessage? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            JsValue line = JsonReader.Parse(Encoding.UTF8.GetString(json));
            switch (line["type"].AsString())
            {
                case "workerMessage":
                    return Unwrap(line["message"]);
                case "nop":
                    return null;
                case "result":
                    // An acknowledgement says that a line was read, not what came of it.
                    return line["success"].AsBoolean() != false ? null
                        : throw Violation($"it could not read what was sent: {Excerpt(json)}");
                default:
                    throw Violation($"it sent a line of an unknown type: {Excerpt(json)}");
            }
        }
        catch (SerializationException error)
        {
            throw Violation($"it sent what cannot be read: {error.Message}", error);
        }
    }

    private RingMessage Unwrap(JsValue marshaled)
    {
        // The form in which a sandbox posts what its own postMessage could not take.
        JsValue frame = marshaled["serialized"].IsTruthy ? JsonReader.Parse(marshaled["message"].AsString() ?? "") : marshaled;
        KvinVersion = frame["_serializeVerId"].AsString() == "v9" ? KvinVersion.V9 : KvinVersion.V8;

        // KVIN can repeat what it wrote in little space; what it unfolds to is bounded like the lines themselves.
        JsValue envelope = KvinReader.Unmarshal(frame, Math.Max(KvinReader.DefaultMemoryLimit, maxLine));
        RingMessage message = new(envelope["ringSource"].AsInt32() ?? -1, envelope["value"]["request"].AsString() ?? "", envelope["value"]);
        return message.IsAllowed ? message
            : throw Violation($"code of ring {message.Ring} posted '{(message.Request.Length > 100 ? message.Request[..100] : message.Request)}', which it may not");
    }

    private static SandboxException Violation(string what, Exception? inner = null) =>
        new(SandboxException.ProtocolViolation, $"The sandbox broke the protocol: {what}.", inner);

    private static string Excerpt(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestLogged)]);

    [LoggerMessage(EventId = 401, Level = LogLevel.Debug, Message = "Evaluator: {Line}")]
    private static partial void LogLine(ILogger log, string line);
}
