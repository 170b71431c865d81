using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>Reads the file of compute groups. It holds secrets; nothing of them is ever shown.</summary>
internal static class ComputeGroupsFile
{
    private const int HashLength = 68;

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

        return content is JsArray list
            ? [.. list.Items.Select((group, i) => Read(group ?? JsValue.Undefined, path, i + 1))]
            : throw new FormatException($"The file {path} must hold a JSON list of compute groups.");
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
            ? new ComputeGroup(group["opaqueId"].AsString() ?? key, group["name"].AsString() ?? key, key, hash)
            : throw new FormatException($"Group {key} in {path} needs a 'joinSecret', or a 'joinHash' (eh1- and 64 hex digits).");
    }
}
