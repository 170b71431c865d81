using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class KeystoreTests
{
    private static readonly KeyDerivation Quick = KeyDerivation.Scrypt(2, 1, 1);

    public static TheoryData<int, string> Recorded => Vectors.Cases(Vectors.Protocol("keystores"), "passphrase");

    public static TheoryData<int, string> Official => Vectors.Cases(Vectors.Load("web3-secret-storage.json"), "name");

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Opens_what_the_DCP_wallet_wrote(int index, string passphrase)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("keystores"))[index];
        Keystore keystore = Keystore.Parse(JsonWriter.Write(vector["keystore"]));
        using Passphrase right = new(passphrase);
        using PrivateKey key = await keystore.DecryptAsync(right);
        Assert.Equal(vector["privateKey"].AsString(), "0x" + Hex(key));
        Assert.Equal(vector["address"].AsString(), keystore.Address!.ToString());
        Assert.Equal(3, keystore.Version);
    }

    [Theory]
    [MemberData(nameof(Official))]
    public async Task Opens_the_keystores_of_the_definition_and_of_geth(int index, string name)
    {
        JsValue vector = Vectors.List(Vectors.Load("web3-secret-storage.json"))[index];
        Keystore keystore = Keystore.Parse(JsonWriter.Write(vector["keystore"]));
        using Passphrase right = new(vector["passphrase"].AsString());
        using PrivateKey key = await keystore.DecryptAsync(right);
        Assert.Equal(vector["privateKey"].AsString(), Hex(key));
        Assert.Equal(name == "version 1" ? 1 : 3, keystore.Version);
    }

    [Fact]
    public async Task Tells_what_a_keystore_says_of_itself()
    {
        JsValue vector = Vectors.Protocol("keystoreMadeByClient");
        Keystore keystore = Keystore.Parse(JsonWriter.Write(vector["keystore"]));
        Assert.Equal("my label", keystore.Label);
        Assert.Equal("scrypt n=1024 r=8 p=1", keystore.KeyDerivation.ToString());
        Assert.Equal(vector["keystore"]["id"].AsString(), keystore.Id.ToString());
        Assert.Equal(vector["keystore"]["timestamp"].AsString(), keystore.Timestamp);
        using Passphrase wrong = new("not this one");
        Assert.False(await keystore.IsOpenedByAsync(wrong));
        await Assert.ThrowsAsync<WrongPassphraseException>(() => keystore.DecryptAsync(wrong));
    }

    [Fact]
    public async Task Member_names_are_read_in_any_letter_case()
    {
        JsValue vector = Vectors.List(Vectors.Protocol("keystores"))[0];
        Keystore keystore = Keystore.Parse(JsonWriter.Write(Capitals(vector["keystore"])));
        using PrivateKey key = await keystore.DecryptAsync(Passphrase.Empty);
        Assert.Equal(vector["address"].AsString(), key.Address.ToString());

        static JsValue Capitals(JsValue value)
        {
            if (value is not JsObject o)
            {
                return value;
            }

            JsObject capitals = [];
            foreach ((string name, JsValue member) in o)
            {
                capitals[name.ToUpperInvariant()] = Capitals(member);
            }

            return capitals;
        }
    }

    [Fact]
    public async Task A_new_keystore_has_the_form_of_the_network_and_opens_again()
    {
        using PrivateKey key = PrivateKey.Parse(new string('1', 64));
        using Passphrase passphrase = new("pässwörd 😀");
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 10, 45, 35, TimeSpan.Zero));
        Keystore keystore = await Keystore.CreateAsync(key, passphrase, new KeystoreOptions { KeyDerivation = KeyDerivation.Network, Label = "my label", Process = "vectors", Time = time });
        JsValue form = JsonReader.Parse(keystore.ToString());
        JsObject recorded = (JsObject)Vectors.Protocol("keystoreMadeByClient")["keystore"];
        Assert.Equal(Shape(recorded), Shape(form));
        Assert.Equal(recorded["timestamp"].AsString(), form["timestamp"].AsString());
        Assert.Equal(recorded["address"].AsString(), form["address"].AsString());
        using PrivateKey read = await Keystore.Parse(keystore.ToString()).DecryptAsync(passphrase);
        Assert.Equal(Hex(key), Hex(read));

        static string Shape(JsValue value) => value is JsObject o
            ? "{" + string.Join(',', o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + ":" + Shape(p.Value))) + "}"
            : value is JsString { Value.Length: > 30 } text ? $"text({text.Value.Length})" : JsonWriter.Write(value);
    }

    [Fact]
    public async Task Every_keystore_has_its_own_salt_vector_and_id()
    {
        using PrivateKey key = PrivateKey.Create();
        JsValue[] forms = [.. (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Keystore.CreateAsync(key, Passphrase.Empty, new KeystoreOptions { KeyDerivation = Quick })))).Select(k => JsonReader.Parse(k.ToString()))];
        Assert.Equal(20, forms.Select(f => f["crypto"]["kdfparams"]["salt"].AsString()).Distinct().Count());
        Assert.Equal(20, forms.Select(f => f["crypto"]["cipherparams"]["iv"].AsString()).Distinct().Count());
        Assert.Equal(20, forms.Select(f => f["id"].AsString()).Distinct().Count());
    }

    [Fact]
    public async Task Another_passphrase_keeps_key_label_and_id()
    {
        using PrivateKey key = PrivateKey.Create();
        using Passphrase first = new("first");
        using Passphrase second = new("second");
        Keystore before = await Keystore.CreateAsync(key, first, new KeystoreOptions { KeyDerivation = Quick, Label = "deposit" });
        Keystore after = await before.ChangePassphraseAsync(first, second, new KeystoreOptions { KeyDerivation = Quick });
        Assert.Equal((before.Id, "deposit", key.Address), (after.Id, after.Label, after.Address));
        Assert.True(await after.IsOpenedByAsync(second));
        Assert.False(await after.IsOpenedByAsync(first));
        await Assert.ThrowsAsync<WrongPassphraseException>(() => before.ChangePassphraseAsync(second, first));
    }

    [Fact]
    public async Task Random_keys_and_passphrases_come_back()
    {
        Random random = new(11);
        for (int i = 0; i < 300; i++)
        {
            using PrivateKey key = PrivateKey.Create();
            string text = Serialization.RandomValues.Text(random, loneSurrogates: false);
            using Passphrase passphrase = new(text);
            KeyDerivation derivation = random.Next(2) == 0 ? KeyDerivation.Scrypt(1 << random.Next(1, 6), random.Next(1, 9), random.Next(1, 4)) : KeyDerivation.Pbkdf2(random.Next(1, 50));
            Keystore keystore = Keystore.Parse((await Keystore.CreateAsync(key, passphrase, new KeystoreOptions { KeyDerivation = derivation })).ToString());
            using PrivateKey read = await keystore.DecryptAsync(passphrase);
            Assert.Equal(Hex(key), Hex(read));
            Assert.Equal(derivation, keystore.KeyDerivation);
        }
    }

    [Fact]
    public async Task Decrypting_can_be_cancelled()
    {
        using PrivateKey key = PrivateKey.Create();
        using CancellationTokenSource cancel = new();
        Task<Keystore> making = Keystore.CreateAsync(key, Passphrase.Empty, null, new Cancelling(cancel), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);
    }

    private static string Hex(PrivateKey key)
    {
        byte[] bytes = new byte[32];
        key.CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private sealed class Cancelling(CancellationTokenSource cancel) : IProgress<double>
    {
        public void Report(double value) => cancel.Cancel();
    }
}
