using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Protocol;

namespace DcpWorker.Engine.Tests.Keystores;

/// <summary>Our keystores with the network's own wallet.</summary>
public sealed class WalletInteropTests
{
    [InteropFact]
    public async Task The_networks_wallet_opens_ours_and_we_open_its()
    {
        await using NodePeer node = NodePeer.Start(Path.Combine("..", "keystore-roundtrip.js"));
        (string Text, KeyDerivation Derivation)[] cases =
        [
            ("", KeyDerivation.Network),
            ("correct horse", KeyDerivation.Light),
            ("pässwörd 😀", KeyDerivation.Pbkdf2(1000)),
            ("pw", KeyDerivation.Scrypt(2, 8, 1)),
        ];
        foreach ((string text, KeyDerivation derivation) in cases)
        {
            using PrivateKey key = PrivateKey.Create();
            using Passphrase passphrase = new(text);
            Keystore ours = await Keystore.CreateAsync(key, passphrase, new KeystoreOptions { KeyDerivation = derivation, Label = "a label" });
            await node.WriteLineAsync(JsonWriter.Write(new JsObject { ["keystore"] = JsonReader.Parse(ours.ToString()), ["passphrase"] = text }));
            JsValue answer = JsonReader.Parse(await node.ReadLineAsync());
            byte[] bytes = new byte[32];
            key.CopyTo(bytes);
            Assert.Equal("0x" + Convert.ToHexStringLower(bytes), answer["privateKey"].AsString());
            Assert.Equal((key.Address.ToString(), "a label"), (answer["address"].AsString(), answer["label"].AsString()));

            Keystore theirs = Keystore.Parse(JsonWriter.Write(answer["keystore"]));
            using PrivateKey read = await theirs.DecryptAsync(passphrase);
            Assert.Equal(key.Address, read.Address);
        }
    }

    [InteropFact]
    public async Task A_wallet_of_another_make_opens_ours_and_we_open_its()
    {
        await using NodePeer node = NodePeer.Start(Path.Combine("..", "keystore-ethers.js"));
        (string Text, KeyDerivation Derivation)[] cases = [("grüße 😀", KeyDerivation.Light), ("", KeyDerivation.Pbkdf2(1000))];
        foreach ((string text, KeyDerivation derivation) in cases)
        {
            using PrivateKey key = PrivateKey.Create();
            using Passphrase passphrase = new(text);
            Keystore ours = await Keystore.CreateAsync(key, passphrase, new KeystoreOptions { KeyDerivation = derivation, Label = "a label" });
            await node.WriteLineAsync(JsonWriter.Write(new JsObject { ["keystore"] = ours.ToString(), ["passphrase"] = text }));
            JsValue answer = JsonReader.Parse(await node.ReadLineAsync());
            Assert.Null(answer["error"].AsString());
            Assert.Equal(key.Address.ToString(), answer["address"].AsString());

            Keystore theirs = Keystore.Parse(answer["keystore"].AsString()!);
            using PrivateKey read = await theirs.DecryptAsync(passphrase);
            Assert.Equal(key.Address, read.Address);
        }
    }
}
