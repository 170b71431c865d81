namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>A clock that runs as it should and is wrong.</summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
