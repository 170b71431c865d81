using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class HostileKeystoreTests
{
    [Theory]
    [InlineData("crypto.kdfparams.n", "1099511627776", "n=1099511627776")]
    [InlineData("crypto.kdfparams.n", "1000", "power of two")]
    [InlineData("crypto.kdfparams.n", "1", "power of two")]
    [InlineData("crypto.kdfparams.n", "0", "power of two")]
    [InlineData("crypto.kdfparams.n", "-1024", "power of two")]
    [InlineData("crypto.kdfparams.n", "1e308", "power of two")]
    [InlineData("crypto.kdfparams.n", "2.5", "power of two")]
    [InlineData("crypto.kdfparams.n", "\"1024\"", "no number 'n'")]
    [InlineData("crypto.kdfparams.n", "16777216", "too much memory")]
    [InlineData("crypto.kdfparams.r", "0", "r and p")]
    [InlineData("crypto.kdfparams.r", "1.5", "r and p")]
    [InlineData("crypto.kdfparams.r", "1048576", "too much memory")]
    [InlineData("crypto.kdfparams.p", "0", "r and p")]
    [InlineData("crypto.kdfparams.p", "1073741823", "r and p")]
    [InlineData("crypto.kdfparams.p", "1000000", "too much memory or time")]
    [InlineData("crypto.kdfparams.dklen", "0", "0 bytes")]
    [InlineData("crypto.kdfparams.dklen", "4294967296", "4294967296 bytes")]
    [InlineData("crypto.kdfparams.dklen", "null", "no number 'dklen'")]
    [InlineData("crypto.kdfparams.salt", "\"zz\"", "hex digits")]
    [InlineData("crypto.kdfparams.salt", "7", "no text 'salt'")]
    [InlineData("crypto.kdfparams", "null", "no object 'kdfparams'")]
    [InlineData("crypto.kdf", "\"md5\"", "neither scrypt nor pbkdf2")]
    [InlineData("crypto.kdf", "\"pbkdf2\"", "no number 'c'")]
    [InlineData("crypto.mac", "\"00\"", "'mac' has 1 bytes")]
    [InlineData("crypto.mac", "\"\"", "'mac' has 0 bytes")]
    [InlineData("crypto.mac", "\"0x0\"", "hex digits")]
    [InlineData("crypto.ciphertext", "\"\"", "'ciphertext' has 0 bytes")]
    [InlineData("crypto.ciphertext", "null", "no text 'ciphertext'")]
    [InlineData("crypto.cipher", "\"aes-256-gcm\"", "cipher is not")]
    [InlineData("crypto.cipherparams.iv", "\"b2b2\"", "'iv' has 2 bytes")]
    [InlineData("crypto.cipherparams", "[]", "no object 'cipherparams'")]
    [InlineData("crypto", "\"x\"", "no object 'crypto'")]
    [InlineData("version", "2", "version 3 or 1")]
    [InlineData("version", "null", "version 3 or 1")]
    [InlineData("address", "\"xyz\"", "'address' is not an address")]
    public void What_is_wrong_is_said_at_once(string member, string value, string reason)
    {
        JsObject keystore = Sample();
        string[] path = member.Split('.');
        JsValue parent = path[..^1].Aggregate((JsValue)keystore, (o, name) => o[name]);
        parent[path[^1]] = JsonReader.Parse(value);
        KeystoreFormatException error = Assert.Throws<KeystoreFormatException>(() => Keystore.Parse(JsonWriter.Write(keystore)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1, 8388607)]
    [InlineData(2, 8388607, 1)]
    [InlineData(4, 2048, 2048)]
    [InlineData(2, 131073, 1)]
    [InlineData(2, 1, 131073)]
    [InlineData(1 << 20, 8, 5)]
    [InlineData(1 << 24, 1, 1)]
    public void Neither_memory_nor_time_is_given_to_what_asks_for_too_much(int n, int r, int p)
    {
        JsObject keystore = Sample();
        JsValue parameters = keystore["crypto"]["kdfparams"];
        (parameters["n"], parameters["r"], parameters["p"]) = (n, r, p);
        KeystoreFormatException error = Assert.Throws<KeystoreFormatException>(() => Keystore.Parse(JsonWriter.Write(keystore)));
        Assert.Contains("too much memory or time", error.Message, StringComparison.Ordinal);
        Assert.Throws<KeystoreFormatException>(() => KeyDerivation.Scrypt(n, r, p));
    }

    [Theory]
    [InlineData(2, 1, 131072)]
    [InlineData(2, 131072, 1)]
    [InlineData(1 << 19, 8, 1)]
    public async Task The_most_that_is_accepted_can_be_given_up(int n, int r, int p)
    {
        JsObject keystore = Sample();
        JsValue parameters = keystore["crypto"]["kdfparams"];
        (parameters["n"], parameters["r"], parameters["p"]) = (n, r, p);
        Keystore accepted = Keystore.Parse(JsonWriter.Write(keystore));
        using CancellationTokenSource cancel = new();
        Task decrypting = accepted.DecryptAsync(Passphrase.Empty, null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decrypting.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"version\":3")]
    [InlineData("{}")]
    public void What_is_no_keystore_is_refused(string text) => Assert.Throws<KeystoreFormatException>(() => Keystore.Parse(text));

    [Fact]
    public void Too_large_a_text_is_refused_unread() =>
        Assert.Throws<KeystoreFormatException>(() => Keystore.Parse(new string(' ', Keystore.MaxLength + 1)));

    [Fact]
    public async Task An_address_that_is_not_the_keys_is_found_out()
    {
        JsObject keystore = Sample();
        keystore["address"] = "19e7e376e7c213b7e7e7e46cc70a5dd086daff2a";
        KeystoreFormatException error = await Assert.ThrowsAsync<KeystoreFormatException>(() => Keystore.Parse(JsonWriter.Write(keystore)).DecryptAsync(Passphrase.Empty));
        Assert.Contains("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A", error.Message, StringComparison.Ordinal);
        Assert.Contains("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_byte_of_what_is_authenticated_never_opens()
    {
        for (int i = 0; i < 64; i++)
        {
            JsObject keystore = Sample();
            string text = keystore["crypto"]["ciphertext"].AsString()!;
            keystore["crypto"]["ciphertext"] = text[..i] + (text[i] == '0' ? '1' : '0') + text[(i + 1)..];
            Assert.False(await Keystore.Parse(JsonWriter.Write(keystore)).IsOpenedByAsync(Passphrase.Empty));
        }
    }

    [Fact]
    public async Task Five_thousand_garbled_keystores_each_end_in_one_clear_error_or_open()
    {
        Random random = new(5);
        using PrivateKey key = PrivateKey.Parse(new string('1', 64));
        string sound = (await Keystore.CreateAsync(key, Passphrase.Empty, new KeystoreOptions { KeyDerivation = KeyDerivation.Scrypt(2, 1, 1), Label = "x" })).ToString();
        string[] words = ["null", "0", "-1", "1e400", "4294967296", "\"\"", "[]", "{}", "\"0x\"", "true", "\"version\"", "\ud800"];
        int refused = 0;
        int opened = 0;
        for (int i = 0; i < 5000; i++)
        {
            string text = sound;
            for (int changes = random.Next(1, 4); changes > 0 && text.Length > 1; changes--)
            {
                int at = random.Next(text.Length);
                text = random.Next(4) switch
                {
                    0 => text[..at],
                    1 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
                    2 => text.Insert(at, words[random.Next(words.Length)]),
                    _ => text[..at] + (char)random.Next(32, 127) + text[(at + 1)..],
                };
            }

            try
            {
                using PrivateKey read = await Keystore.Parse(text).DecryptAsync(Passphrase.Empty);
                Assert.Equal(key.Address, read.Address);
                opened++;
            }
            catch (Exception e) when (e is KeystoreFormatException or WrongPassphraseException)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 3000, 5000);
        Assert.InRange(opened, 1, 2000);
    }

    private static JsObject Sample() => (JsObject)JsonReader.Parse(JsonWriter.Write(Vectors.List(Vectors.Protocol("keystores"))[0]["keystore"]));
}
