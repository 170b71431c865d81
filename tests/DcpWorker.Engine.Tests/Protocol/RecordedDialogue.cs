using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>One WebSocket message of a recorded dialogue.</summary>
internal sealed record RecordedPacket(int Socket, bool FromClient, string Text)
{
    /// <summary>The frame inside, when the packet is an event.</summary>
    public string? Frame => Text.StartsWith("42", StringComparison.Ordinal) ? SocketIoPacket.FrameOf(Text) : null;
}

/// <summary>The recorded dialogues of tests/vectors.</summary>
internal static partial class RecordedDialogue
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<RecordedPacket>> Files = new();

    /// <summary>The packets of a file in order; those that were shortened when recorded are left out.</summary>
    public static IReadOnlyList<RecordedPacket> Read(string file) => Files.GetOrAdd(file, Load);

    private static List<RecordedPacket> Load(string file)
    {
        List<RecordedPacket> packets = [];
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "vectors", file));
        for (int i = 0; i < lines.Length; i++)
        {
            Match head = Head().Match(lines[i]);
            if (!head.Success)
            {
                continue;
            }

            string text = head.Groups["text"].Success && head.Groups["text"].Length > 0 ? head.Groups["text"].Value : lines[++i];
            if (!text.Contains("chars]…", StringComparison.Ordinal))
            {
                packets.Add(new RecordedPacket(int.Parse(head.Groups["socket"].Value, System.Globalization.CultureInfo.InvariantCulture), head.Groups["from"].Value == "C", text));
            }
        }

        return packets;
    }

    /// <summary>Whether the paths in a stack trace were shortened after the message was signed.</summary>
    public static bool IsEdited(string frame) => frame.Contains("target-dump.js", StringComparison.Ordinal);

    /// <summary>A frame of the target whose text was edited, signed anew; others as they are.</summary>
    public static string Resealed(string frame) =>
        IsEdited(frame) ? SealedMessage.Seal(Peers.TargetKey, JsonWriter.Write(JsonReader.Parse(frame)["body"])) : frame;

    [GeneratedRegex(@"^#(?<socket>\d+) (\+ *\d+ms )?(?<from>[CS])>[CS] ws(?: (?<text>.*))?$")]
    private static partial Regex Head();
}
