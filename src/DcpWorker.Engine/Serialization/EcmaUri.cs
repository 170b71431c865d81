using System.Buffers;
using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// <c>encodeURI</c> and <c>decodeURI</c> of ECMA-262. They differ from the escaping of <see cref="Uri"/>: decoding leaves the escapes of
/// <c>; / ? : @ &amp; = + $ , #</c> alone, so data that were encoded any other way do not come back.
/// </summary>
public static class EcmaUri
{
    private const string Reserved = ";/?:@&=+$,#";

    private static readonly SearchValues<char> Literal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()" + Reserved);

    /// <summary>Percent-encodes the UTF-8 form of all but letters, digits and <c>- _ . ! ~ * ' ( ) ; / ? : @ &amp; = + $ , #</c>.</summary>
    /// <exception cref="SerializationException">A lone surrogate.</exception>
    public static string Encode(string text)
    {
        int at = text.AsSpan().IndexOfAnyExcept(Literal);
        if (at < 0)
        {
            return text;
        }

        StringBuilder output = new(text.Length + (text.Length / 2));
        Span<byte> utf8 = stackalloc byte[4];
        int start = 0;
        while (at >= 0)
        {
            output.Append(text, start, at - start);
            if (!Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                throw new SerializationException($"Not a URI: half of a surrogate pair at character {at}.");
            }

            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                output.Append('%').Append(HexDigit(b >> 4)).Append(HexDigit(b & 15));
            }

            start = at + rune.Utf16SequenceLength;
            int next = text.AsSpan(start).IndexOfAnyExcept(Literal);
            at = next < 0 ? -1 : start + next;
        }

        return output.Append(text, start, text.Length - start).ToString();
    }

    /// <summary>Decodes percent escapes of UTF-8, except those of the characters that <see cref="Encode"/> keeps for their meaning in a URI.</summary>
    /// <exception cref="SerializationException">An escape is incomplete or its bytes are not UTF-8.</exception>
    public static string Decode(string text)
    {
        int at = text.IndexOf('%', StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        StringBuilder output = new(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        int start = 0;
        while (at >= 0)
        {
            output.Append(text, start, at - start);
            start = at + DecodeOne(text, at, utf8, output);
            at = text.IndexOf('%', start);
        }

        return output.Append(text, start, text.Length - start).ToString();
    }

    private static int DecodeOne(string text, int at, Span<byte> utf8, StringBuilder output)
    {
        utf8[0] = EscapedByte(text, at);
        if (utf8[0] < 0x80)
        {
            if (Reserved.Contains((char)utf8[0], StringComparison.Ordinal))
            {
                output.Append(text, at, 3);
            }
            else
            {
                output.Append((char)utf8[0]);
            }

            return 3;
        }

        int length = utf8[0] switch
        {
            >= 0xc2 and < 0xe0 => 2,
            >= 0xe0 and < 0xf0 => 3,
            >= 0xf0 and < 0xf5 => 4,
            _ => throw Malformed(at),
        };
        for (int i = 1; i < length; i++)
        {
            utf8[i] = EscapedByte(text, at + (3 * i));
        }

        if (Rune.DecodeFromUtf8(utf8[..length], out Rune rune, out int used) != OperationStatus.Done || used != length)
        {
            throw Malformed(at);
        }

        Span<char> utf16 = stackalloc char[2];
        output.Append(utf16[..rune.EncodeToUtf16(utf16)]);
        return 3 * length;
    }

    private static byte EscapedByte(string text, int at) =>
        at + 2 < text.Length && text[at] == '%' && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2])
            ? Convert.FromHexString(text.AsSpan(at + 1, 2))[0]
            : throw Malformed(at);

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static SerializationException Malformed(int at) => new($"Not a URI: the escape at character {at} is incomplete or not UTF-8.");
}
