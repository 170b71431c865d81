using System.Diagnostics;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Keystores;

/// <summary>docs/keystores.md: its commands work as they are written, one after the other.</summary>
public sealed partial class GuideTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_commands_of_the_guide_do_what_it_says()
    {
        File.WriteAllText(At("passphrase.txt"), "correct horse\n");
        File.WriteAllText(At("new-passphrase.txt"), "battery staple\n");
        string[] blocks = [.. CommandBlock().Matches(File.ReadAllText(Path.Combine(Built.Root, "docs", "keystores.md"))).Select(m => m.Groups[1].Value)];
        Assert.True(blocks.Length >= 5, "the guide has lost its commands");

        Finished run = await new Tool(_folder).RunScriptAsync(string.Concat(blocks));

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Address account = await AddressAsync("account.keystore", "battery staple");
        Assert.Equal(account, await AddressAsync("backup.keystore", "correct horse"));
        Assert.Equal(account, await AddressAsync("recovered.keystore", "battery staple"));
        Assert.Contains($"\"{await AddressAsync("replacement.keystore", "battery staple")}\"", run.Output, StringComparison.Ordinal);
        Assert.True(await (await KeystoreFile.LoadAsync(At("deposit.keystore"))).IsOpenedByAsync(Passphrase.Empty));
        Assert.DoesNotContain("battery staple", run.Output + run.Errors, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private async Task<Address> AddressAsync(string name, string text)
    {
        using Passphrase passphrase = new(text);
        using PrivateKey key = await (await KeystoreFile.LoadAsync(At(name))).DecryptAsync(passphrase);
        return key.Address;
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandBlock();
}
