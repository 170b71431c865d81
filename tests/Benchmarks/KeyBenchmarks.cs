using System.Diagnostics;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Benchmarks;

/// <summary>Key derivation against OpenSSL's C on the same parameters in turn; signatures, of which every message costs two.</summary>
internal static class KeyBenchmarks
{
    private const int Runs = 5;
    private const int Signatures = 2000;

    public static void Run()
    {
        FigureTable table = new("Keys (median of 5 runs in turn; theirs is OpenSSL)");
        foreach ((string name, int n, int r, int p) in ((string, int, int, int)[])[("standard", 1 << 18, 8, 1), ("light", 1 << 12, 8, 6), ("network", 1024, 8, 1)])
        {
            List<double> ours = [];
            List<double> theirs = [];
            for (int i = 0; i <= Runs; i++)
            {
                double our = Milliseconds(() => Scrypt.DeriveKey("passphrase"u8, "salt"u8, n, r, p, 32));
                double their = Milliseconds(() => OpenSsl(n, r, p));
                if (i > 0)
                {
                    ours.Add(our);
                    theirs.Add(their);
                }
            }

            table.Add($"scrypt, {name}", "ms", Median(ours), Median(theirs), "≤ 1.5");
        }

        // the parameters of the Web3 Secret Storage definition
        table.AddOurs("scrypt n=2^18 r=1 p=8 (OpenSSL refuses it)", "ms", Milliseconds(() => Scrypt.DeriveKey("passphrase"u8, "salt"u8, 1 << 18, 1, 8, 32)));

        using PrivateKey key = PrivateKey.Create();
        string text = new('x', 500);
        Signature signature = key.Sign(text);
        Repeat(() => key.Sign(text));
        Repeat(() => signature.Recover(text));
        table.AddOurs("sign 500 bytes", "µs", Repeat(() => key.Sign(text)), "≤ 500");
        table.AddOurs("recover the signer", "µs", Repeat(() => signature.Recover(text)), "≤ 500");
        table.Print();
    }

    private static double Repeat(Action action) => 1000 / (double)Signatures * Milliseconds(() =>
    {
        for (int i = 0; i < Signatures; i++)
        {
            action();
        }
    });

    private static double Milliseconds(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void OpenSsl(int n, int r, int p)
    {
        byte[] key = new byte[32];
        if (EvpScrypt([.. "passphrase"u8], 10, [.. "salt"u8], 4, (ulong)n, (ulong)r, (ulong)p, 2UL << 30, key, 32) != 1)
        {
            throw new InvalidOperationException("OpenSSL refuses these parameters.");
        }
    }

    private static double Median(List<double> samples) => samples.Order().ElementAt(samples.Count / 2);

    [DllImport("libcrypto.so.3", EntryPoint = "EVP_PBE_scrypt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EvpScrypt(byte[] passphrase, nuint passphraseLength, byte[] salt, nuint saltLength, ulong n, ulong r, ulong p, ulong maxMemory, byte[] key, nuint keyLength);
}
