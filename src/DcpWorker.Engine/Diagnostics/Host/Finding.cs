namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What a check found, before it is known how long that took.</summary>
internal sealed record Finding(CheckStatus Status, string Detail, string? Remedy = null, string? Code = null)
{
    public static Finding Passed(string detail) => new(CheckStatus.Passed, detail);

    public static Finding Skipped(string why) => new(CheckStatus.Skipped, why);

    public static Finding Warning(string code, string detail, string remedy) => new(CheckStatus.Warning, detail, remedy, code);

    public static Finding Failed(string code, string detail, string remedy) => new(CheckStatus.Failed, detail, remedy, code);
}
