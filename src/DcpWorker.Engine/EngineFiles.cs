using System.Diagnostics.CodeAnalysis;

namespace DcpWorker.Engine;

/// <summary>Where the files lie that are shipped with the engine.</summary>
internal static class EngineFiles
{
    /// <summary>The folder of the engine's assembly: the program's, or the module's.</summary>
    public static string Folder { get; } = Find();

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is what tells a single file.")]
    private static string Find() =>
        Path.GetDirectoryName(typeof(EngineFiles).Assembly.Location) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
}
