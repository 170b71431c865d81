using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Keystores;

/// <summary>The wrapping that Ethereum's <c>personal_sign</c> (ERC-191, version 0x45) puts around a text before it is hashed.</summary>
public static class PersonalMessage
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Keccak-256 of the wrapped UTF-8 text.</summary>
    public static byte[] Hash(string text)
    {
        byte[] body = Utf8.GetBytes(text);
        byte[] head = Encoding.ASCII.GetBytes("\x19" + "Ethereum Signed Message:\n" + body.Length.ToString(CultureInfo.InvariantCulture));
        return Keccak256.Hash(head, body);
    }
}
