using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0b110_110_000)]
    [InlineData(0b110_000_110)]
    [InlineData(0b100_000_000)]
    public void A_file_keeps_its_mode_whatever_new_files_get(int mode)
    {
        string file = _folder.Write("a", "old");
        File.SetUnixFileMode(file, (UnixFileMode)mode);

        AtomicFile.Write(file, "new");

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_mode_that_is_asked_for_is_that_of_the_file()
    {
        string file = _folder.Write("a", "old");

        AtomicFile.Write(file, "new", AtomicFile.OwnerOnly);

        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_new_file_gets_the_mode_that_any_new_file_gets()
    {
        string file = Path.Combine(_folder.Path, "a");

        AtomicFile.Write(file, "new");

        Assert.Equal(File.GetUnixFileMode(_folder.Write("b", "")), File.GetUnixFileMode(file));
        Assert.Equal("new", File.ReadAllText(file));
    }

    [Fact]
    public void What_is_there_is_not_replaced_unless_that_is_asked_for()
    {
        string file = _folder.Write("a", "old");

        Assert.Throws<IOException>(() => AtomicFile.Write(file, "new", overwrite: false));

        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
        AtomicFile.Write(file + "2", "new", overwrite: false);
        Assert.Equal("new", File.ReadAllText(file + "2"));
    }

    [Fact]
    public void What_is_no_file_is_left_alone()
    {
        string pipe = Ownership.Pipe(Path.Combine(_folder.Path, "pipe"));

        Assert.Throws<IOException>(() => AtomicFile.Write(pipe, "new"));
        Assert.Throws<IOException>(() => AtomicFile.Write(Directory.CreateDirectory(Path.Combine(_folder.Path, "folder")).FullName, "new"));

        Assert.Equal([pipe], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Each_reason_that_it_cannot_be_written_is_an_error_of_its_own()
    {
        string file = _folder.Write("a", "old");

        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(_folder.Path, "none", "a"), "new"));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(file, "a"), "new"));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write("/", "new"));
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write("/etc/dcp-test", "new"));
        }
    }

    [RootFact]
    [Trait("Needs", "root")]
    public void What_root_changes_stays_the_property_of_whose_it_was()
    {
        string file = _folder.Write("a", "old");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_000);
        Ownership.Give(file, "65533:65534");

        AtomicFile.Write(file, "new");

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal("65533:65534 660", Ownership.Of(file));
    }

    [RootFact]
    [Trait("Needs", "root")]
    public void What_root_changes_never_runs_as_somebody()
    {
        string file = _folder.Write("a", "old");
        Ownership.Give(file, "65533:65534");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_111_101_101);

        AtomicFile.Write(file, "new");

        Assert.Equal("65533:65534 755", Ownership.Of(file));
    }
}
