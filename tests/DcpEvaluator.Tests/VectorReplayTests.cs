using System.Text.Json;
using System.Text.RegularExpressions;
using DcpEvaluator.Tests.Support;

namespace DcpEvaluator.Tests;

/// <summary>Dialogues recorded with the present network's own evaluator, replayed step by step.</summary>
public sealed partial class VectorReplayTests
{
    private const string Prefix = "MSG:";

    public static TheoryData<string> Recordings => [.. Recording.Names.Where(name => name != "32-deny-node")];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task AnswersAsRecorded(string name)
    {
        // What comes before the first message to the sandbox belongs to the list of set-up files, which is Node's.
        JsonElement[] steps = [.. Recording.Steps(name).SkipWhile(step => !IsSandboxLoaded(step)).Skip(1)];
        await using EvaluatorProcess evaluator = await EvaluatorProcess.StartSandboxAsync();
        string echo = "";
        int acknowledged = 0, acknowledgements = 0;
        int reports = 0;
        bool dead = false, inputClosed = false;

        async Task<string?> NextAsync()
        {
            while (await evaluator.ReadLineOrEndAsync() is string line)
            {
                if (!IsAcknowledgement(line))
                {
                    return line;
                }

                acknowledged++;
            }

            return null;
        }

        foreach (JsonElement step in steps)
        {
            if (step.TryGetProperty("acks", out JsonElement acks))
            {
                acknowledgements += acks.GetInt32();
            }
            else if (dead)
            {
                continue; // Node's die() lets the work function go on; what follows is to be ignored
            }
            else if (step.TryGetProperty("send", out JsonElement send))
            {
                await evaluator.SendAsync(RecordedId().Replace(send.GetString()!, match => echo.Length > 0 ? match.Groups[1].Value + echo : match.Value));
            }
            else if (step.TryGetProperty("expectPrefix", out JsonElement prefix))
            {
                Assert.StartsWith(prefix.GetString()!, await NextAsync(), StringComparison.Ordinal);
                dead = true;
            }
            else if (step.TryGetProperty("expect", out JsonElement expected))
            {
                AssertExpected(expected, await NextAsync(), id => echo = id);
            }
            else if (step.TryGetProperty("stderr", out JsonElement stderr))
            {
                string error = stderr.GetString()!;
                await evaluator.WaitForErrorAsync(error[error.IndexOf("TypeError", StringComparison.Ordinal)..]);
                reports++;
            }
            else if (step.GetProperty("note").GetString() == "harness closes stdin")
            {
                evaluator.CloseInput();
                inputClosed = true;
            }
        }

        if (!dead && !inputClosed)
        {
            // Node's host ends with an unhandled rejection here; ours reports it, goes on, and can be asked to die.
            await evaluator.SendAsync("""{"type":"die"}""");
            Assert.StartsWith("DIE:", await NextAsync(), StringComparison.Ordinal);
            dead = true;
        }

        Assert.Null(await NextAsync());
        Assert.Equal(dead ? 0 : 75, await evaluator.ExitCodeAsync());
        Assert.Equal(acknowledgements, acknowledged);
        if (dead)
        {
            Assert.Equal(reports, (await evaluator.ErrorsAsync()).Count(c => c == '\n'));
        }
    }

    [Fact]
    public async Task DenyNodeEndsAHostThatCallsItselfNode()
    {
        string prelude = TemporaryFiles.Script("var __evaluator = { type: 'node' };");
        await using EvaluatorProcess evaluator = EvaluatorProcess.Start(prelude, Built.Sandbox.Files[0]);
        string recorded = Recording.Steps("32-deny-node")[0].GetProperty("expect").GetString()!;
        Assert.Equal(recorded, await evaluator.ReadLineOrEndAsync());
        Assert.Equal(99, await evaluator.ExitCodeAsync());
    }

    private static void AssertExpected(JsonElement expected, string? line, Action<string> echo)
    {
        Assert.NotNull(line);
        if (expected.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(expected.GetString(), line);
            return;
        }

        Assert.StartsWith(Prefix, line, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(line[Prefix.Length..]);
        bool whole = expected.TryGetProperty("outer", out JsonElement wanted);
        if (!whole)
        {
            wanted = expected.GetProperty("message");
        }

        JsonElement actual = whole ? json.RootElement : json.RootElement.GetProperty("message");
        Assert.True(Recording.Matches(wanted, actual, echo), $"recorded: {wanted.GetRawText()}\nanswered: {line}");
    }

    private static bool IsSandboxLoaded(JsonElement step) =>
        step.TryGetProperty("expect", out JsonElement expect) && expect.ValueKind == JsonValueKind.Object &&
        expect.TryGetProperty("request", out JsonElement request) && request.GetString() == "__sandboxLoaded";

    private static bool IsAcknowledgement(string line) =>
        line.StartsWith("""MSG:{"type":"result",""", StringComparison.Ordinal) && line.Contains("\"success\":true", StringComparison.Ordinal);

    // The time-based identifiers of the recording, in a line that answers one.
    [GeneratedRegex("""("id":)\d{13}(?:\.\d+)?""")]
    private static partial Regex RecordedId();
}
