using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Configuration;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ConfigurationFileGuardTests : IDisposable
{
    private readonly Site _site = new();

    public ConfigurationFileGuardTests() => _site.Environment.Remove("DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION");

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_file_below_a_folder_that_everybody_may_write_to_is_refused_with_the_way_out()
    {
        // the folder for temporary files is such a one; a stricter machine gets one made
        string folder = Path.Combine(_site.Path, "etc");
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        string file = _site.Write("etc", "{ a: 1 }");

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(_site.ReadAsync);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains($"everybody may write to {folder}", e.Message, StringComparison.Ordinal);
        Assert.Contains(ConfigurationFileGuard.OverrideVariable, e.Message, StringComparison.Ordinal);

        _site.Environment[ConfigurationFileGuard.OverrideVariable] = "1";
        Assert.Equal(1, (await _site.GetAsync("a")).AsInt32());
    }

    [Fact]
    public void A_file_that_everybody_may_write_to_is_refused()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("dcp-config.js", "{}");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => ConfigurationFileGuard.Check(file));
        Assert.Contains($"everybody may write to {file}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_owner_must_be_root_or_the_user_or_the_owner_of_the_program()
    {
        Assert.True(FileOwner.IsTrusted("/etc/passwd"));
        using TemporaryFolder folder = new();
        string mine = folder.Write("mine.js", "{}");
        Assert.True(FileOwner.IsTrusted(mine));

        if (Environment.IsPrivilegedProcess)
        {
            // only root can give a file away
            using System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["65533:65533", mine]);
            chown.WaitForExit();
            Assert.False(FileOwner.IsTrusted(mine));
        }
    }
}
