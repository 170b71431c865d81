using System.Runtime.CompilerServices;
using DcpWorker.Engine;

namespace DcpWorker.Cli.Tests;

internal static class RootAllowed
{
    /// <summary>Who runs the tests as root lets the programs run as root, which refuse it otherwise.</summary>
    [ModuleInitializer]
    internal static void ForAllPrograms() => Environment.SetEnvironmentVariable(RootUser.Variable, "1");
}
