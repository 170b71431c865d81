namespace DcpWorker.Engine.Services.Registration;

/// <summary>The program that services run.</summary>
public static class ServiceProgram
{
    private const string Name = "dcp-worker";
    private const string Packaged = "/opt/dcp/bin/dcp-worker";

    /// <summary>Finds dcp-worker: the running program, else that of the package, else the first on the PATH.</summary>
    /// <param name="given">A path that settles it; null: look.</param>
    /// <exception cref="ServiceException">It is not there.</exception>
    public static string Find(string? given = null)
    {
        if (given is not null)
        {
            return Path.GetFullPath(given);
        }

        string file = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, file));
        string[] candidates = [.. Environment.ProcessPath is { } running && Path.GetFileName(running) == file ? [running] : Array.Empty<string>(), Packaged, .. path];
        return candidates.FirstOrDefault(File.Exists) is { } found
            ? File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(found)
            : throw new ServiceException(ServiceException.Unusable, $"The program {Name} is neither in {Path.GetDirectoryName(Packaged)} nor on the PATH. Install it, or say where it is.");
    }
}
