namespace DcpScheduler.Domain;

/// <summary>A group of workers. A worker is let in when it can prove that it knows the group's join hash.</summary>
/// <param name="OpaqueId">The id that clients see.</param>
/// <param name="Name">A name for people.</param>
/// <param name="JoinKey">The public half of the credentials.</param>
/// <param name="JoinHash">Hash of join key and secret (`eh1-…`); null lets everyone in.</param>
internal sealed record ComputeGroup(string OpaqueId, string Name, string JoinKey, string? JoinHash)
{
    /// <summary>The group that is open to all; its id is fixed in every client.</summary>
    public static ComputeGroup Public { get; } = new("WHhetL7mj1w1mw1XV6dxyC", "Public Compute Group (open access)", "public", null);

    /// <summary>
    /// The opaque ids in a stored text. Earlier versions took join keys for ids when they had no others, and stored several with
    /// spaces between them even if they had spaces themselves: the longest runs of words that name a group are meant.
    /// </summary>
    public static IEnumerable<string> Recognise(string stored, IReadOnlyCollection<ComputeGroup> known)
    {
        string[] words = stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int at = 0, length; at < words.Length; at += length)
        {
            (length, string id) = FirstIn(words.AsSpan(at), known);
            yield return id;
        }
    }

    private static (int Length, string Id) FirstIn(ReadOnlySpan<string> words, IReadOnlyCollection<ComputeGroup> known)
    {
        for (int length = words.Length; length > 1; length--)
        {
            if (Named(string.Join(' ', words[..length]), known) is { } id)
            {
                return (length, id);
            }
        }

        return (1, Named(words[0], known) ?? words[0]);
    }

    private static string? Named(string text, IReadOnlyCollection<ComputeGroup> known) =>
        (known.FirstOrDefault(g => g.OpaqueId == text) ?? known.FirstOrDefault(g => g.JoinKey == text))?.OpaqueId;
}
