using System.Text;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class ScryptTests
{
    // RFC 7914, section 12; and the parameters of the Web3 Secret Storage definition, which lie outside of what it allows
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Derives_the_keys_of_the_standard(string passphrase, string salt, int n, int r, int p, string key) =>
        Assert.Equal(key, Convert.ToHexStringLower(Scrypt.DeriveKey(Encoding.ASCII.GetBytes(passphrase), Encoding.ASCII.GetBytes(salt), n, r, p, key.Length / 2)));

    // computed with Python's hashlib (OpenSSL)
    [Theory]
    [InlineData(2, 1, 1, "3369f3e77f94be797356de95d15338563664fa82ecce2a762f3e0ddce33e0f9b")]
    [InlineData(64, 3, 2, "827ff8b5068cf038b8c373e4d98249306d02b3faee3ef174fe3d29e9777a30a1")]
    public void Derives_what_other_libraries_derive(int n, int r, int p, string key)
    {
        string derived = Convert.ToHexStringLower(Scrypt.DeriveKey("passphrase"u8, "salt"u8, n, r, p, 32));
        Assert.Equal(key, derived);
    }

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(1000, 8, 1)]
    [InlineData(-1024, 8, 1)]
    [InlineData(1024, 0, 1)]
    [InlineData(1024, 8, 0)]
    [InlineData(2, 1 << 20, 1 << 20)]
    public void Parameters_that_the_standard_excludes_are_refused(int n, int r, int p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scrypt.DeriveKey("x"u8, "x"u8, n, r, p, 32));

    [Fact]
    public void Progress_goes_up_to_1()
    {
        List<double> reports = [];
        Scrypt.DeriveKey("x"u8, "x"u8, 4096, 1, 3, 32, new Inline(reports.Add));
        Assert.Equal(1, reports[^1]);
        Assert.True(reports.SequenceEqual(reports.Order()));
        Assert.InRange(reports.Count, 20, 30);
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using CancellationTokenSource cancel = new();
        int reports = 0;
        Inline progress = new(_ =>
        {
            if (++reports == 3)
            {
                cancel.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Scrypt.DeriveKey("x"u8, "x"u8, 1 << 18, 1, 1, 32, progress, cancel.Token));
        Assert.Equal(3, reports);
    }

    private sealed class Inline(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
