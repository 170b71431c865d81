using System.Numerics;
using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>Reads the file of compute groups. It holds secrets; nothing of them is ever shown.</summary>
internal static class ComputeGroupsFile
{
    private const int HashLength = 68;
    private const int IdLength = 22;
    private const int LongestId = 100;
    private const string IdCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The groups in a JSON file.</summary>
    /// <exception cref="FormatException">The file is not as it should be.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ComputeGroup> Read(string path)
    {
        JsValue content;
        try
        {
            content = JsonReader.Parse(File.ReadAllText(path));
        }
        catch (SerializationException e)
        {
            throw new FormatException($"The compute groups in {path} cannot be read: {e.Message}", e);
        }

        if (content is not JsArray list)
        {
            throw new FormatException($"The file {path} must hold a JSON list of compute groups.");
        }

        List<ComputeGroup> groups = [.. list.Items.Select((group, i) => Read(group ?? JsValue.Undefined, path, i + 1))];

        // one group may have several secrets, for the time in which a new one takes the place of the old one
        ComputeGroup? second = groups.Find(g => g.OpaqueId == ComputeGroup.Public.OpaqueId || groups.Exists(o => o.OpaqueId == g.OpaqueId && o.JoinKey != g.JoinKey));
        return second is null ? groups : throw new FormatException($"The id '{second.OpaqueId}' of group {second.JoinKey} in {path} is that of another group.");
    }

    private static ComputeGroup Read(JsValue group, string path, int number)
    {
        if (group["joinKey"].AsString() is not { Length: > 0 } key || key == ComputeGroup.Public.JoinKey)
        {
            throw new FormatException($"Group {number} in {path} needs a 'joinKey' (other than 'public').");
        }

        string? hash = group["joinHash"].AsString()?.Trim() ?? (group["joinSecret"].AsString() is { } secret
            ? "eh1-" + Convert.ToHexStringLower(PersonalMessage.Hash($"{key} {secret}"))
            : null);
        return hash is { Length: HashLength } && hash.StartsWith("eh1-", StringComparison.Ordinal)
            ? new ComputeGroup(ReadId(group["opaqueId"], key, path), group["name"].AsString() ?? key, key, hash)
            : throw new FormatException($"Group {key} in {path} needs a 'joinSecret', or a 'joinHash' (eh1- and 64 hex digits).");
    }

    /// <summary>
    /// Workers are told the id behind the job's, after a dash, so it may have none; spaces were between ids in the databases
    /// of earlier versions. A group without an id has its join key for one, if that will do, else one that is made of it and
    /// the same after each start.
    /// </summary>
    private static string ReadId(JsValue id, string key, string path)
    {
        if (id.IsNullish)
        {
            return IsId(key) ? key : MakeId(key);
        }

        return id.AsString() is { } given && IsId(given)
            ? given
            : throw new FormatException($"The 'opaqueId' of group {key} in {path} must be a text of up to {LongestId} characters without dashes and spaces{(id.AsString() is { Length: > 0 and <= LongestId } text ? $", unlike '{text}'" : "")}.");
    }

    private static bool IsId(string text) => text.Length is > 0 and <= LongestId && !text.Any(c => c == '-' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static string MakeId(string key)
    {
        BigInteger hash = new(PersonalMessage.Hash($"compute group {key}"), isUnsigned: true);
        return string.Create(IdLength, hash, static (id, rest) =>
        {
            for (int i = 0; i < id.Length; i++)
            {
                (rest, BigInteger digit) = BigInteger.DivRem(rest, IdCharacters.Length);
                id[i] = IdCharacters[(int)digit];
            }
        });
    }
}
