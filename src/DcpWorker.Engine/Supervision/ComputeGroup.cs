namespace DcpWorker.Engine.Supervision;

/// <summary>Membership of a compute group: workers that serve jobs of one circle. Its text never shows the hash.</summary>
public sealed class ComputeGroup
{
    /// <param name="joinKey">Name of the group.</param>
    /// <param name="joinHash"><c>eh1-</c> and 64 hex digits, made from the join key and join secret; white space is removed. Must be kept secret.</param>
    public ComputeGroup(string joinKey, string joinHash)
    {
        JoinKey = joinKey;
        JoinHash = string.Concat(joinHash.Where(c => !char.IsWhiteSpace(c)));
    }

    /// <summary>
    /// The group that every worker belongs to unless told otherwise. Its hash is that of the text "public undefined",
    /// since that is what dcp-client 5.6 sends.
    /// </summary>
    public static ComputeGroup Global { get; } =
        new("public", "eh1-b478b8cf09c543a50954505775aaf3ff07fb5a1b41cbeecd85e8db1baec00ac9");

    /// <summary>Name of the group.</summary>
    public string JoinKey { get; }

    /// <summary>What proves the membership; secret.</summary>
    public string JoinHash { get; }

    /// <summary>The name only.</summary>
    public override string ToString() => JoinKey;
}
