using System.Text;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests;

/// <summary>What the owner of a folder can do to a file between the steps of who writes it there, as root maybe.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PendingFileTests : IDisposable
{
    private const string Other = "65533:65534";
    private readonly TemporaryFolder _outer = new();
    private readonly string _folder;
    private readonly string _path;

    public PendingFileTests()
    {
        _folder = Directory.CreateDirectory(Path.Combine(_outer.Path, "folder")).FullName;
        _path = Path.Combine(_folder, "a");
        File.WriteAllText(_path, "old");
    }

    public void Dispose() => _outer.Dispose();

    [Fact]
    public void All_happens_in_the_folder_that_was_opened_whatever_has_its_name_then()
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(_outer.Path, "elsewhere")).FullName;
        string moved = _folder + ".moved";
        using (PendingFile file = Begin("new"))
        {
            Directory.Move(_folder, moved);
            Directory.CreateSymbolicLink(_folder, elsewhere);
            file.Place(overwrite: true);
        }

        Assert.Empty(Directory.GetFiles(elsewhere));
        Assert.Equal([Path.Combine(moved, "a")], Directory.GetFiles(moved));
        Assert.Equal("new", File.ReadAllText(Path.Combine(moved, "a")));
    }

    [Fact]
    public void What_was_written_is_read_back_from_the_file_itself()
    {
        using PendingFile file = Begin("new");
        File.Delete(Temporary());

        file.Content.Position = 0;

        Assert.Equal("new", new StreamReader(file.Content).ReadToEnd());
    }

    [Fact]
    public void A_file_that_is_given_up_leaves_nothing()
    {
        Begin("new").Dispose();

        Assert.Equal([_path], Directory.GetFiles(_folder));
        Assert.Equal("old", File.ReadAllText(_path));
    }

    [Fact]
    public void A_secret_is_nobody_elses_while_it_is_made()
    {
        File.SetUnixFileMode(_path, (UnixFileMode)0b110_110_110);
        using PendingFile file = Begin("new");

        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(Temporary()));
        file.Place(overwrite: true);
        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(_path));
    }

    [Fact]
    public void A_link_that_takes_the_files_place_is_replaced_and_not_followed()
    {
        string precious = _outer.Write("precious", "precious");
        using PendingFile file = Begin("new");
        File.Delete(_path);
        File.CreateSymbolicLink(_path, precious);

        file.Place(overwrite: true);

        Assert.Equal("precious", File.ReadAllText(precious));
        Assert.Null(new FileInfo(_path).LinkTarget);
        Assert.Equal("new", File.ReadAllText(_path));
    }

    [RootFact]
    [Trait("Needs", "root")]
    public void Root_gives_away_the_file_it_wrote_and_no_other()
    {
        string precious = _outer.Write("precious", "precious");
        string mine = Ownership.Of(precious);
        Ownership.Give(_folder, Other);
        Ownership.Give(_path, Other);
        using PendingFile file = Begin("new");

        // to whom the folder belongs, whatever is in it belongs in this respect
        string temporary = Temporary();
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, precious);
        file.Place(overwrite: true);

        Assert.Equal(mine, Ownership.Of(precious));
        Assert.Equal("precious", File.ReadAllText(precious));
        Assert.Equal(precious, new FileInfo(_path).LinkTarget);
    }

    [RootFact]
    [Trait("Needs", "root")]
    public void A_new_file_of_root_is_for_the_owner_of_the_folder_only_where_that_is_meant()
    {
        Ownership.Give(_folder, Other);
        string path = Path.Combine(_folder, "b");
        using (PendingFile file = new(path, AtomicFile.OwnerOnly))
        {
            Assert.Null(file.Place(overwrite: false));
        }

        using (PendingFile file = new(path + "2", AtomicFile.OwnerOnly, isForFolder: true))
        {
            Assert.Null(file.Place(overwrite: false));
        }

        Assert.Equal(("0:0 600", Other + " 600"), (Ownership.Of(path), Ownership.Of(path + "2")));
    }

    private PendingFile Begin(string text)
    {
        PendingFile file = new(_path);
        file.Content.Write(Encoding.UTF8.GetBytes(text));
        file.Content.Flush();
        return file;
    }

    private string Temporary() => Directory.GetFiles(_folder, "*.tmp").Single();
}
