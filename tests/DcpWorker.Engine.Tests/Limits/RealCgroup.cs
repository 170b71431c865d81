using System.Diagnostics;

namespace DcpWorker.Engine.Tests.Limits;

/// <summary>A control group of the kernel (version 2) as if it had been delegated to a test; gone with it, and what is in it.</summary>
internal sealed class RealCgroup : IDisposable
{
    public RealCgroup(params string[] controllers)
    {
        Folder = $"{RealCgroupFactAttribute.Mount}/dcp-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Folder);
        Assert.All(controllers, c => Assert.Contains(c, File.ReadAllText($"{Folder}/cgroup.controllers").Split(' ', '\n')));
    }

    public string Folder { get; }

    /// <summary>Starts a program and puts it into the group.</summary>
    public Process Start(string program, params string[] arguments)
    {
        Process process = Process.Start(program, arguments);
        File.WriteAllText($"{Folder}/cgroup.procs", $"{process.Id}");
        return process;
    }

    public void Dispose()
    {
        File.WriteAllText($"{Folder}/cgroup.kill", "1");
        for (int i = 0; i < 500 && File.ReadAllText($"{Folder}/cgroup.events").Contains("populated 1", StringComparison.Ordinal); i++)
        {
            Thread.Sleep(10);
        }

        foreach (string inner in Directory.GetDirectories(Folder))
        {
            Directory.Delete(inner);
        }

        Directory.Delete(Folder);
    }
}

/// <summary>A fact that makes real control groups of version 2.</summary>
internal sealed class RealCgroupFactAttribute : FactAttribute
{
    /// <param name="controllers">What they must have.</param>
    public RealCgroupFactAttribute(params string[] controllers)
    {
        string[] there = Mount is null ? [] : File.ReadAllText($"{Mount}/cgroup.subtree_control").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Skip = Mount is null || !Environment.IsPrivilegedProcess || !File.Exists($"{Mount}/cgroup.subtree_control")
            ? "Only root can make control groups, and only where version 2 is mounted."
            : controllers.Except(there).FirstOrDefault() is { } missing ? $"No '{missing}' among the controllers of version 2 on this machine." : null;
    }

    /// <summary>Where version 2 is mounted; null when it is not.</summary>
    public static string? Mount { get; } = File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(" - cgroup2 ", StringComparison.Ordinal)).Select(l => l.Split(' ')[4]).FirstOrDefault();
}
