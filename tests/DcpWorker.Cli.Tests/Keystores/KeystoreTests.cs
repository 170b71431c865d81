using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Keystores;

public sealed class KeystoreTests : IDisposable
{
    private const string Key = "0x0000000000000000000000000000000000000000000000000000000000000001";
    private const string AddressOfKey = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
    private readonly TemporaryFolder _folder = new();
    private readonly Tool _tool;
    private readonly string _path;

    public KeystoreTests()
    {
        _tool = new Tool(_folder);
        _path = Path.Combine(_folder.Path, "site", "account.keystore");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_keystore_opens_with_its_passphrase_and_is_its_owners_only()
    {
        Finished made = await NewAsync("tell nobody\n", "--label", "ours");
        Assert.Equal(0, made.ExitCode);
        Assert.Contains("cannot be revoked", made.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("tell nobody", made.Output + made.Errors, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_path)!));
        }

        Keystore keystore = await KeystoreFile.LoadAsync(_path);
        using Passphrase passphrase = new("tell nobody");
        using PrivateKey key = await keystore.DecryptAsync(passphrase);
        Assert.Equal("ours", keystore.Label);
        Assert.Contains(key.Address.ToString(), made.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_is_this_users_default_keystore_and_the_standard_key_derivation()
    {
        Finished made = await _tool.RunProgramAsync("dcp-worker", "a b c\n", "keystore", "new", "--json");
        Finished shown = await _tool.RunAsync("keystore", "show");

        JsValue facts = JsonReader.Parse(made.Output);
        Assert.Equal(Path.Combine(_folder.Path, "default.keystore"), facts["path"].AsString());
        Assert.Equal("scrypt n=262144 r=8 p=1", facts["kdf"].AsString());
        Assert.Equal(facts["address"].AsString() + "\n", shown.Output);
    }

    [Fact]
    public async Task A_keystore_that_is_there_is_not_replaced_unless_forced()
    {
        await NewAsync("first\n");
        string first = File.ReadAllText(_path);

        Finished refused = await NewAsync("second\n");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--force", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllText(_path));

        Assert.Equal(0, (await NewAsync("third\n", "--force")).ExitCode);
        Assert.NotEqual(first, File.ReadAllText(_path));
    }

    [Fact]
    public async Task An_installer_makes_it_once_and_is_told_the_same_address_each_time()
    {
        Finished made = await NewAsync("", "--if-missing", "--allow-empty-passphrase");
        string first = File.ReadAllText(_path);
        Finished again = await NewAsync("", "--if-missing", "--allow-empty-passphrase");

        Assert.Equal((0, 0), (made.ExitCode, again.ExitCode));
        Assert.Equal(Keystore.Parse(first).Address + "\n", made.Output);
        Assert.Equal(made.Output, again.Output);
        Assert.Equal(first, File.ReadAllText(_path));
        Assert.True(await Keystore.Parse(first).IsOpenedByAsync(Passphrase.Empty));
    }

    [Theory]
    [InlineData("--force")]
    [InlineData("--json")]
    public async Task If_missing_contradicts_what_replaces_or_prints_otherwise(string option)
    {
        Finished refused = await NewAsync("", "--if-missing", "--allow-empty-passphrase", option);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(option, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task If_missing_leaves_a_file_that_is_no_keystore_and_says_so()
    {
        string damaged = _folder.Write("damaged.keystore", "{ not a keystore");
        Finished run = await _tool.RunAsync("keystore", "new", damaged, "--if-missing", "--allow-empty-passphrase");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(damaged, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("{ not a keystore", File.ReadAllText(damaged));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Without_a_passphrase_none_is_made_unless_that_is_allowed(string input)
    {
        Finished refused = await NewAsync(input);
        Assert.Equal(1, refused.ExitCode);
        Assert.False(File.Exists(_path));

        Assert.Equal(0, (await NewAsync(input, "--allow-empty-passphrase")).ExitCode);
        Assert.True(await (await KeystoreFile.LoadAsync(_path)).IsOpenedByAsync(Passphrase.Empty));
    }

    [Fact]
    public async Task The_private_key_is_shown_only_on_demand_and_with_a_warning()
    {
        string keyFile = _folder.Write("key", Key + "\n");
        await NewAsync("p\n", "--private-key-file", keyFile);

        Finished plain = await _tool.RunAsync("keystore", "show", _path);
        Finished store = await _tool.RunAsync("keystore", "show", "--json", _path);
        Finished all = await _tool.RunProgramAsync("dcp-worker", "p\n", "keystore", "show", "--private-key", _path);

        Assert.Equal(AddressOfKey + "\n", plain.Output);
        Assert.Equal(AddressOfKey, Keystore.Parse(store.Output).Address!.ToString());
        Assert.DoesNotContain(Key[2..], store.Output + store.Errors, StringComparison.Ordinal);
        Assert.Equal(Key + "\n", all.Output);
        Assert.Contains("warning", all.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "--private-key")]
    [InlineData("change-passphrase")]
    public async Task A_wrong_passphrase_is_exit_code_3_and_changes_nothing(params string[] verb)
    {
        await NewAsync("right\n");
        string before = File.ReadAllText(_path);
        Finished run = await _tool.RunProgramAsync("dcp-worker", "wrong\nother\n", ["keystore", .. verb, _path]);

        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.DoesNotContain("wrong", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_path));
    }

    [Fact]
    public async Task A_changed_passphrase_is_the_only_one_that_opens_the_same_key()
    {
        await NewAsync("old\n", "--label", "kept");
        Keystore before = await KeystoreFile.LoadAsync(_path);
        Finished run = await _tool.RunProgramAsync("dcp-worker", "old\nnew\n", "keystore", "change-passphrase", _path, "--kdf", "network");
        Assert.Equal(0, run.ExitCode);

        Keystore after = await KeystoreFile.LoadAsync(_path);
        using Passphrase old = new("old");
        using Passphrase current = new("new");
        Assert.True(await after.IsOpenedByAsync(current));
        Assert.False(await after.IsOpenedByAsync(old));
        Assert.Equal((before.Address, before.Id, "kept"), (after.Address, after.Id, after.Label));
    }

    [Fact]
    public async Task Passphrases_come_from_files_too()
    {
        string old = _folder.Write("old", "grüße\r\n");
        string current = _folder.Write("new", "two\nlines");
        Assert.Equal(0, (await NewAsync("", "--passphrase-file", old)).ExitCode);
        Finished run = await _tool.RunAsync("keystore", "change-passphrase", _path, "--kdf", "network", "--old-passphrase-file", old, "--passphrase-file", current);

        Assert.Equal(0, run.ExitCode);
        using Passphrase passphrase = new("two");
        Assert.True(await (await KeystoreFile.LoadAsync(_path)).IsOpenedByAsync(passphrase));
    }

    [Fact]
    public async Task Info_tells_what_needs_no_passphrase()
    {
        await NewAsync("", "--allow-empty-passphrase", "--label", "fleet");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, File.GetUnixFileMode(_path) | UnixFileMode.OtherRead);
        }

        Finished run = await _tool.RunAsync("keystore", "info", "--json", _path);
        JsValue facts = JsonReader.Parse(run.Output);
        Assert.Equal(("fleet", "scrypt n=1024 r=8 p=1", false), (facts["label"].AsString(), facts["kdf"].AsString(), facts["hasPassphrase"].AsBoolean()));
        Assert.Equal("0604", facts["mode"].AsString());
        Assert.Contains("read by other users", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_names_the_cipher_that_the_keystore_has()
    {
        await NewAsync("", "--allow-empty-passphrase");
        string old = _folder.Write("old.keystore", """
            {"version":"1","id":"e25f7c1f-d318-4f29-b62c-687190d4d299","address":"cb61d5a9c4896fb9658090b597ef0e7be6f7b67e","crypto":{"cipher":"aes-128-cbc",
            "cipherparams":{"iv":"35337770fc2117994ecdcad026bccff4"},
            "ciphertext":"6143d3192db8b66eabd693d9c4e414dcfaee52abda451af79ccf474dafb35f1bfc7ea013aa9d2ee35969a1a2e8d752d0","kdf":"scrypt",
            "kdfparams":{"dklen":32,"n":2,"p":1,"r":1,"salt":"9afcddebca541253a2f4053391c673ff9fe23097cd8555d149d929e4ccf1257f"},
            "mac":"3f3d5af884b17a100b0b3232c0636c230a54dc2ac8d986227219b0dd89197644"}}
            """);

        Assert.Equal("aes-128-ctr", JsonReader.Parse((await _tool.RunAsync("keystore", "info", "--json", _path)).Output)["cipher"].AsString());
        Assert.Equal("aes-128-cbc", JsonReader.Parse((await _tool.RunAsync("keystore", "info", "--json", old)).Output)["cipher"].AsString());
    }

    [Fact]
    public async Task A_keystore_comes_by_a_pipe_too()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await NewAsync("", "--allow-empty-passphrase");
        Finished run = await _tool.RunScriptAsync($"dcp-worker keystore info --json <(cat '{_path}'); cat '{_path}' | dcp-worker keystore show /dev/stdin");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string address = (await KeystoreFile.LoadAsync(_path)).Address!.ToString();
        Assert.Equal(2, run.Output.Split(address).Length - 1);
    }

    [Fact]
    public async Task Waiting_for_what_a_pipe_never_brings_ends_with_a_signal()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // who opens the pipe to write waits for who opens it to read
        string pipe = Path.Combine(_folder.Path, "pipe");
        Finished run = await _tool.RunScriptAsync($"mkfifo '{pipe}'; dcp-worker keystore info '{pipe}' & exec 3> '{pipe}'; kill -TERM $!; ended=0; wait $! || ended=$?; echo $ended");

        Assert.Equal((0, "4\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_link_stays_one_and_what_it_leads_to_gets_the_new_passphrase()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await NewAsync("old\n");
        string link = Path.Combine(_folder.Path, "link.keystore");
        File.CreateSymbolicLink(link, _path);
        Assert.Equal(0, (await _tool.RunProgramAsync("dcp-worker", "old\nnew\n", "keystore", "change-passphrase", link, "--kdf", "network")).ExitCode);

        using Passphrase passphrase = new("new");
        Assert.True(await (await KeystoreFile.LoadAsync(_path)).IsOpenedByAsync(passphrase));
        Assert.Equal(_path, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task Mkad_takes_what_it_took_in_2020_but_succeeds_with_0()
    {
        Finished made = await _tool.RunProgramAsync("mkad", "", "new", "keystore", $"-f={_path}", "--passphrase=secret", "--label=mine", $"--privkey={Key[2..]}");
        Assert.Equal(0, made.ExitCode);
        Finished again = await _tool.RunProgramAsync("mkad", "", "new", "keystore", $"-f={_path}", "--allowEmpty");
        Assert.Equal(1, again.ExitCode);

        Assert.Equal(AddressOfKey + "\n", (await _tool.RunProgramAsync("mkad", "", "show", "address", $"-f={_path}")).Output);
        Assert.Equal(Key + "\n", (await _tool.RunProgramAsync("mkad", "", "show", "key", $"-f={_path}", "--passphrase=secret")).Output);
        Assert.Equal("mine", Keystore.Parse((await _tool.RunProgramAsync("mkad", "", "show", "keystore", $"-f={_path}")).Output).Label);
        Assert.Contains(AddressOfKey, (await _tool.RunProgramAsync("mkad", "", "info", $"-f={_path}")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await _tool.RunProgramAsync("mkad", "", "new", "keystore", $"-f={_path}", "--allowEmpty", "--force")).ExitCode);
        Assert.Equal(1, (await _tool.RunProgramAsync("mkad", "", "frob")).ExitCode);
        Assert.Contains("change-passphrase", (await _tool.RunProgramAsync("mkad", "", "--help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_with_a_passphrase_ends_a_service_with_one_line_and_exit_code_3()
    {
        string identity = Path.Combine(_folder.Path, IdentityStore.FileName);
        await _tool.RunProgramAsync("dcp-worker", "p\n", "keystore", "new", identity, "--kdf", "network");
        Finished run = await _tool.RunAsync("start", AddressOfKey, "--scheduler", "http://127.0.0.1:1/");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(identity, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keystore_that_anybody_can_open_is_not_used_for_an_account_unless_allowed()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // access is by list there, and others are never on it
        }

        Assert.Equal(0, (await NewAsync("", "--allow-empty-passphrase")).ExitCode);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        string[] start = ["start", _path, "--scheduler", "http://127.0.0.1:1/", "--exit-when-idle", "0"];
        Finished refused = await _tool.RunAsync(start);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"chmod 600 '{_path}'", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Finished payer = await _tool.RunAsync("job", "run", _path, "--range", "1..2", "--account", _path, "--scheduler", "http://127.0.0.1:1/");
        Assert.Equal(3, payer.ExitCode);

        _tool.Variables[KeystoreExposure.AllowVariable] = "1";
        await AssertWarnedAsync();

        // one with a passphrase is guarded by that
        _tool.Variables.Remove(KeystoreExposure.AllowVariable);
        Assert.Equal(0, (await NewAsync("secret\n", "--force")).ExitCode);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await AssertWarnedAsync();

        async Task AssertWarnedAsync()
        {
            Finished payer = await _tool.RunAsync("job", "run", _path, "--range", "1..2", "--account", _path, "--scheduler", "http://127.0.0.1:1/");
            Assert.Contains(payer.ErrorLines, l => l.Contains("can be read by other users", StringComparison.Ordinal));
            Assert.DoesNotContain("has no passphrase", payer.Errors, StringComparison.Ordinal);
        }
    }

    private Task<Finished> NewAsync(string input, params string[] more) =>
        _tool.RunProgramAsync("dcp-worker", input, ["keystore", "new", _path, "--kdf", "network", .. more]);
}
