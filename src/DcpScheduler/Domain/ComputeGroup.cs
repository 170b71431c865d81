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
}
