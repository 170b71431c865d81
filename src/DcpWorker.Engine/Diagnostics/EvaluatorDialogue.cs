using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>
/// Speaks the line protocol of an evaluator and the messages of its sandbox, one request at a time, with a time-out on
/// every answer. It knows only what an examination needs.
/// </summary>
internal sealed class EvaluatorDialogue : IAsyncDisposable
{
    /// <summary>Longest line that an examination has reason to read, in bytes.</summary>
    private const int LongestLine = 1 << 20;

    private readonly TimeSpan _timeout;
    private readonly PipeReader _lines;
    private bool _heard;

    public EvaluatorDialogue(EvaluatorConnection connection, TimeSpan timeout)
    {
        Connection = connection;
        _timeout = timeout;
        _lines = PipeReader.Create(connection.Stream, new StreamPipeReaderOptions(leaveOpen: true));
    }

    public EvaluatorConnection Connection { get; }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>Writes one line.</summary>
    public async Task SendLineAsync(string line, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = Limit(cancellationToken);
        try
        {
            await Connection.Stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), limit.Token).ConfigureAwait(false);
            await Connection.Stream.FlushAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EvaluatorFault($"The evaluator took nothing for {_timeout.TotalSeconds:0.#} s.");
        }
        catch (IOException e)
        {
            throw new EvaluatorFault($"The evaluator is gone: {await Connection.ExplainEndAsync(cancellationToken).ConfigureAwait(false)}.", e) { ClosedAtOnce = !_heard };
        }
    }

    /// <summary>Sends a message to the sandbox and waits for its answer.</summary>
    public async Task<JsValue> AskAsync(JsObject message, string answer, CancellationToken cancellationToken)
    {
        JsObject line = new() { ["type"] = "workerMessage", ["message"] = KvinWriter.Marshal(message) };
        await SendLineAsync(JsonWriter.Write(line), cancellationToken).ConfigureAwait(false);
        return await WaitForAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads on until the sandbox posts <paramref name="request"/>. Its other posts are passed over, except those
    /// that say that it failed.
    /// </summary>
    public async Task<JsValue> WaitForAsync(string request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = Limit(cancellationToken);
        while (true)
        {
            string line = await ReadLineAsync(request, limit.Token, cancellationToken).ConfigureAwait(false)
                ?? throw new EvaluatorFault($"No '{request}' came: {await Connection.ExplainEndAsync(cancellationToken).ConfigureAwait(false)}.") { ClosedAtOnce = !_heard };
            if (line.StartsWith("DIE:", StringComparison.Ordinal))
            {
                throw new EvaluatorFault($"The evaluator died before '{request}': {line[4..].Trim()}.");
            }

            if (ReadPost(line) is not { } post)
            {
                continue;
            }

            string? name = post["request"].AsString();
            if (name == request)
            {
                return post;
            }

            if (name is "workError" or "sandboxError" or "error" or "reject" or "unrecoverable-evaluator"
                || (name == "scriptLoaded" && post["result"].AsString() != "success"))
            {
                JsValue error = post["error"];
                string text = error["message"].AsString() ?? error.AsString() ?? "no reason given";
                throw new EvaluatorFault($"The sandbox answered '{name}' {post["script"].AsString()} instead of '{request}': {text}");
            }
        }
    }

    /// <summary>Reads one line; null at the end of the evaluator's output.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = Limit(cancellationToken);
        return await ReadLineAsync("line", limit.Token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> ReadLineAsync(string awaited, CancellationToken limited, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReadResult read = await _lines.ReadAsync(limited).ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = read.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    string line = Encoding.UTF8.GetString(buffer.Slice(0, end));
                    _lines.AdvanceTo(buffer.GetPosition(1, end));
                    _heard = true;
                    return line;
                }

                if (read.IsCompleted)
                {
                    return null;
                }

                if (buffer.Length > LongestLine)
                {
                    throw new EvaluatorFault($"The evaluator wrote a line of more than {LongestLine} bytes.");
                }

                _lines.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EvaluatorFault($"No '{awaited}' came within {_timeout.TotalSeconds:0.#} s.");
        }
        catch (IOException e)
        {
            throw new EvaluatorFault($"The evaluator is gone: {await Connection.ExplainEndAsync(cancellationToken).ConfigureAwait(false)}.", e) { ClosedAtOnce = !_heard };
        }
    }

    private static JsValue? ReadPost(string line)
    {
        if (!line.StartsWith("MSG:", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            JsValue message = JsonReader.Parse(line.AsSpan(4));
            return message["type"].AsString() == "workerMessage" ? KvinReader.Unmarshal(message["message"])["value"] : null;
        }
        catch (SerializationException e)
        {
            throw new EvaluatorFault($"The evaluator wrote a message that cannot be read: {e.Message}", e);
        }
    }

    private CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        return limit;
    }
}
