using DcpWorker.Engine.Limits;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Limits;

/// <summary>A folder in the place of the root folder, with the files of /proc and of control groups as they were recorded.</summary>
internal sealed class FakeRoot : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="mounts">Lines of mountinfo.</param>
    /// <param name="groups">Lines of cgroup.</param>
    /// <param name="files">Files of groups and what they hold.</param>
    public FakeRoot(string mounts, string groups, params (string Path, string Text)[] files)
    {
        _folder.Write("proc/self/mountinfo", mounts);
        _folder.Write("proc/self/cgroup", groups);
        foreach ((string path, string text) in files)
        {
            _folder.Write(path.TrimStart('/'), text + "\n");
        }
    }

    public string Path => _folder.Path;

    public CgroupFolders Cgroups() => new(_folder.Path);

    public string Text(string path) => File.ReadAllText(_folder.Path + path).Trim();

    public void Dispose() => _folder.Dispose();
}
