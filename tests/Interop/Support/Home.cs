namespace Interop.Tests.Support;

/// <summary>A temporary folder that any user may write to.</summary>
internal sealed class Home : IDisposable
{
    /// <summary>Makes it.</summary>
    public Home()
    {
        Path = Directory.CreateTempSubdirectory("dcp-interop-").FullName;
        SetMode(Path, (UnixFileMode)0b111_111_111);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>A new folder in it.</summary>
    public string Sub(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path);
        SetMode(path, (UnixFileMode)0b111_111_111);
        return path;
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    // the peers are started by programs that only Unix has
    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
