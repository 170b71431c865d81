namespace DcpWorker.Engine.Tests.Support;

/// <summary>A fact about files of several users, which only root can make. Has to bear the trait "Needs=root" too, so that it is run as root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? null : "Only root can give files to other users.";
}
