using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class KeystoreFileTests : IDisposable
{
    private static readonly KeystoreOptions Quick = new() { KeyDerivation = KeyDerivation.Scrypt(2, 1, 1) };

    private readonly string _directory = Directory.CreateTempSubdirectory("keystores-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_saved_keystore_is_the_owners_alone_and_loads_again()
    {
        string path = Path.Combine(_directory, "new", "default.keystore");
        using PrivateKey key = PrivateKey.Create();
        await KeystoreFile.SaveAsync(await Keystore.CreateAsync(key, Passphrase.Empty, Quick), path, Passphrase.Empty);
        Keystore loaded = await KeystoreFile.LoadAsync(path);
        Assert.Equal(key.Address, loaded.Address);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            Assert.False(KeystoreFile.IsReadableByOthers(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.True(KeystoreFile.IsReadableByOthers(path));
        }
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_when_asked_for()
    {
        string path = Path.Combine(_directory, "default.keystore");
        await File.WriteAllTextAsync(path, "precious");
        using PrivateKey key = PrivateKey.Create();
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, Quick);
        KeystoreFileException error = await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty));
        Assert.Equal("EEXIST", error.Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        await KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty, overwrite: true);
        Assert.Equal(key.Address, (await KeystoreFile.LoadAsync(path)).Address);
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task What_does_not_open_with_the_passphrase_is_never_put_in_place()
    {
        string path = Path.Combine(_directory, "default.keystore");
        await File.WriteAllTextAsync(path, "precious");
        using PrivateKey key = PrivateKey.Create();
        using Passphrase other = new("other");
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, Quick);
        await Assert.ThrowsAsync<WrongPassphraseException>(() => KeystoreFile.SaveAsync(keystore, path, other, overwrite: true));
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Cancelling_leaves_nothing_behind()
    {
        string path = Path.Combine(_directory, "default.keystore");
        using PrivateKey key = PrivateKey.Create();
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, new KeystoreOptions { KeyDerivation = KeyDerivation.Light });
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty, false, new Cancelling(cancel), cancel.Token));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task A_missing_file_and_a_directory_that_is_a_file_are_told_apart()
    {
        Assert.Equal("ENOENT", (await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.LoadAsync(Path.Combine(_directory, "none")))).Code);
        string file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "x");
        using PrivateKey key = PrivateKey.Create();
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, Quick);
        Assert.Equal("EIO", (await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.SaveAsync(keystore, Path.Combine(file, "default.keystore"), Passphrase.Empty))).Code);
        KeystoreFormatException error = await Assert.ThrowsAsync<KeystoreFormatException>(() => KeystoreFile.LoadAsync(file));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_is_made_once_and_then_reused()
    {
        string resources = Path.Combine(_directory, ".dcp");
        PrivateKey[] keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => IdentityStore.LoadOrCreateAsync(resources))));
        Assert.Single(keys.Select(k => k.Address).Distinct());
        using PrivateKey again = await IdentityStore.LoadOrCreateAsync(resources);
        Assert.Equal(keys[0].Address, again.Address);
        Keystore keystore = await KeystoreFile.LoadAsync(Path.Combine(resources, "id.keystore"));
        Assert.Equal($"identity:{Environment.UserName}@{Environment.MachineName}", keystore.Label);
        Assert.Equal(KeyDerivation.Network, keystore.KeyDerivation);
        Assert.Single(Directory.GetFiles(resources));
    }

    [Fact]
    public async Task An_identity_with_a_passphrase_is_an_error_that_names_the_file()
    {
        using PrivateKey key = PrivateKey.Create();
        using Passphrase passphrase = new("x");
        string path = Path.Combine(_directory, "id.keystore");
        await KeystoreFile.SaveAsync(await Keystore.CreateAsync(key, passphrase, Quick), path, passphrase);
        WrongPassphraseException error = await Assert.ThrowsAsync<WrongPassphraseException>(() => IdentityStore.LoadOrCreateAsync(_directory));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_stays_one_and_what_it_leads_to_is_replaced()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // making links is not for everybody there
        }

        string real = await WriteAsync(Path.Combine(_directory, "store", "real.keystore"));
        string inner = Path.Combine(_directory, "inner.keystore");
        string link = Path.Combine(_directory, "link.keystore");
        File.CreateSymbolicLink(inner, "store/real.keystore");
        File.CreateSymbolicLink(link, inner);
        using PrivateKey key = PrivateKey.Create();

        await KeystoreFile.SaveAsync(await Keystore.CreateAsync(key, Passphrase.Empty, Quick), link, Passphrase.Empty, overwrite: true);

        Assert.Equal(key.Address, (await KeystoreFile.LoadAsync(real)).Address);
        Assert.Equal((inner, "store/real.keystore"), (new FileInfo(link).LinkTarget, new FileInfo(inner).LinkTarget));
        Assert.Equal([real], Directory.GetFiles(Path.GetDirectoryName(real)!));
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_or_round_is_no_keystore_to_replace_and_none_to_make()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string link = Path.Combine(_directory, "link.keystore");
        File.CreateSymbolicLink(link, link);
        using PrivateKey key = PrivateKey.Create();
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, Quick);

        Assert.Equal("EIO", (await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.SaveAsync(keystore, link, Passphrase.Empty, overwrite: true))).Code);
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(_directory, "none.keystore"));
        Assert.Equal("EEXIST", (await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.SaveAsync(keystore, link, Passphrase.Empty))).Code);
        Assert.Equal([link], Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task A_keystore_that_others_could_read_is_its_owners_alone_afterwards()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = await WriteAsync(Path.Combine(_directory, "default.keystore"));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);

        Keystore keystore = await KeystoreFile.LoadAsync(path);
        await KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty, overwrite: true);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [RootFact]
    [Trait("Needs", "root")]
    public async Task What_root_changes_stays_the_property_of_whose_it_was()
    {
        string path = await WriteAsync(Path.Combine(_directory, "default.keystore"));
        Ownership.Give(path, "65533:65534");

        await KeystoreFile.SaveAsync(await KeystoreFile.LoadAsync(path), path, Passphrase.Empty, overwrite: true);

        Assert.Equal("65533:65534 600", Ownership.Of(path));
    }

    [RootFact]
    [Trait("Needs", "root")]
    public async Task What_root_makes_in_the_folder_of_another_is_for_that_one()
    {
        Ownership.Give(_directory, "65533:65534");

        string path = await WriteAsync(Path.Combine(_directory, "default.keystore"));
        string inside = await WriteAsync(Path.Combine(_directory, "new", "default.keystore"));

        Assert.Equal("65533:65534 600", Ownership.Of(path));
        // a folder that root makes is root's, and so is what is in it
        Assert.Equal(("0:0 700", "0:0 600"), (Ownership.Of(Path.GetDirectoryName(inside)!), Ownership.Of(inside)));
    }

    [RootFact]
    [Trait("Needs", "root")]
    public async Task Root_is_not_led_by_the_links_of_others()
    {
        string precious = await WriteAsync(Path.Combine(_directory, "precious.keystore"));
        string before = await File.ReadAllTextAsync(precious);
        string link = Path.Combine(_directory, "link.keystore");
        File.CreateSymbolicLink(link, precious);
        Ownership.Give(link, "65533:65534");
        using PrivateKey key = PrivateKey.Create();
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, Quick);

        KeystoreFileException error = await Assert.ThrowsAsync<KeystoreFileException>(() => KeystoreFile.SaveAsync(keystore, link, Passphrase.Empty, overwrite: true));

        Assert.Equal("EACCES", error.Code);
        Assert.Contains(link, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(precious));
        Ownership.Give(link, "0:0");
        await KeystoreFile.SaveAsync(keystore, link, Passphrase.Empty, overwrite: true);
        Assert.Equal(key.Address, (await KeystoreFile.LoadAsync(precious)).Address);
    }

    [Fact]
    public async Task A_keystore_is_read_from_a_pipe_too()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = await WriteAsync(Path.Combine(_directory, "default.keystore"));
        string pipe = Ownership.Pipe(Path.Combine(_directory, "pipe"));
        string text = await File.ReadAllTextAsync(path);

        Task<Keystore> reading = KeystoreFile.LoadAsync(pipe);
        await Task.Run(() => File.WriteAllText(pipe, text));

        Assert.Equal((await KeystoreFile.LoadAsync(path)).Address, (await reading).Address);
    }

    [Fact]
    public async Task A_pipe_without_end_is_not_read_to_its_end()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        KeystoreFormatException error = await Assert.ThrowsAsync<KeystoreFormatException>(() => KeystoreFile.LoadAsync("/dev/zero").WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("more than 1048576 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waiting_for_who_writes_into_a_pipe_can_be_given_up(bool isOpened)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string pipe = Ownership.Pipe(Path.Combine(_directory, "pipe"));
        // Linux lets one open both ends at once, without waiting
        using FileStream? silent = isOpened ? new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0) : null;
        using CancellationTokenSource cancel = new();
        Task reading = Task.Run(() => KeystoreFile.LoadAsync(pipe, cancel.Token));
        await Task.WhenAny(reading, Task.Delay(200));
        Assert.False(reading.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromMinutes(2)));

        // whoever still waits goes
        await using FileStream end = new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
    }

    private static async Task<string> WriteAsync(string path)
    {
        using PrivateKey key = PrivateKey.Create();
        await KeystoreFile.SaveAsync(await Keystore.CreateAsync(key, Passphrase.Empty, Quick), path, Passphrase.Empty);
        return path;
    }

    private sealed class Cancelling(CancellationTokenSource cancel) : IProgress<double>
    {
        public void Report(double value) => cancel.Cancel();
    }
}
