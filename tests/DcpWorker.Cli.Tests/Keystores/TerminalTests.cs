using System.Diagnostics;
using System.Text;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Keystores;

/// <summary>Passphrases that are typed at a terminal.</summary>
public sealed class TerminalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();
    private readonly Tool _tool;
    private readonly string _path;

    public TerminalTests()
    {
        _tool = new Tool(_folder);
        _path = Path.Combine(_folder.Path, "account.keystore");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_passphrase_is_asked_for_twice_and_never_shown()
    {
        (int exitCode, string screen) = await TalkAsync(["keystore", "new", _path, "--kdf", "network"], ("Passphrase of", "sesame!\r"), ("The same again", "sesame!\r"));

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("sesame", screen, StringComparison.Ordinal);
        using Passphrase passphrase = new("sesame!");
        Assert.True(await (await KeystoreFile.LoadAsync(_path)).IsOpenedByAsync(passphrase));
    }

    [Fact]
    public async Task Two_that_differ_make_no_keystore()
    {
        (int exitCode, string screen) = await TalkAsync(["keystore", "new", _path, "--kdf", "network"], ("Passphrase of", "sesame\r"), ("The same again", "sesamf\r"));

        Assert.Equal(1, exitCode);
        Assert.Contains("differ", screen, StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task An_interrupt_at_the_prompt_ends_the_program()
    {
        (int exitCode, _) = await TalkAsync(["keystore", "new", _path], ("Passphrase of", "ses\x03"));

        Assert.Equal(4, exitCode);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task An_interrupt_ends_a_long_derivation_and_leaves_nothing()
    {
        (int exitCode, _) = await TalkAsync(["keystore", "new", _path], ("Passphrase of", "s\r"), ("The same again", "s\r\x03"));

        Assert.Equal(4, exitCode);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public async Task A_worker_asks_for_the_passphrase_of_its_identity()
    {
        string identity = Path.Combine(_folder.Path, IdentityStore.FileName);
        await _tool.RunProgramAsync("dcp-worker", "open\n", "keystore", "new", identity, "--kdf", "network");
        (_, string screen) = await TalkAsync(
            ["start", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "--scheduler", "http://127.0.0.1:1/"],
            ($"Passphrase of {identity}", "open\r"),
            ("Identity", "\x03"),
            ("SIGINT", "\x03"));

        Assert.Contains((await KeystoreFile.LoadAsync(identity)).Address!.ToString(), screen, StringComparison.Ordinal);
    }

    // types each answer when the terminal shows its question, after the one before
    private async Task<(int ExitCode, string Screen)> TalkAsync(string[] arguments, params (string Question, string Answer)[] talk)
    {
        using Process process = _tool.StartOnTerminal(arguments);
        using CancellationTokenSource limit = new(Limit);
        StringBuilder screen = new();
        try
        {
            int from = 0;
            foreach ((string question, string answer) in talk)
            {
                from = await ReadUntilAsync(process, screen, from, question, limit.Token);
                await process.StandardInput.WriteAsync(answer.AsMemory(), limit.Token);
                await process.StandardInput.FlushAsync(limit.Token);
            }

            await ReadUntilAsync(process, screen, from, null, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, screen.ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"It came to nothing more than:\n{screen}");
        }
    }

    private static async Task<int> ReadUntilAsync(Process process, StringBuilder screen, int from, string? text, CancellationToken ct)
    {
        char[] buffer = new char[1024];
        while (true)
        {
            if (text is not null && screen.ToString().IndexOf(text, from, StringComparison.Ordinal) is >= 0 and var at)
            {
                return at + text.Length;
            }

            int read = await process.StandardOutput.ReadAsync(buffer, ct);
            if (read == 0)
            {
                return text is null ? screen.Length : throw new EndOfStreamException($"'{text}' was not shown:\n{screen}");
            }

            screen.Append(buffer, 0, read);
        }
    }
}
