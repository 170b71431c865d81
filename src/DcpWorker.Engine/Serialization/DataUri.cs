using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>data: URIs (RFC 2397) as DCP writes and reads them: escaped by <c>encodeURI</c>, decoded by content type.</summary>
public static class DataUri
{
    private const string Scheme = "data:";

    /// <summary>Whether <paramref name="text"/> is a data: URI.</summary>
    public static bool IsDataUri(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>
    /// A URI that holds <paramref name="text"/>, which is in the form that <paramref name="mimeType"/> says: plain text and JavaScript are
    /// written without a type. Text that is a data: URI already stays as it is. A type ending in <c>;base64</c> gives base64 of UTF-8.
    /// </summary>
    /// <exception cref="SerializationException">The text has a lone surrogate.</exception>
    public static string Encode(string text, string mimeType = MediaType.PlainText)
    {
        if (IsDataUri(text))
        {
            return text;
        }

        MediaType type = MediaType.Parse(mimeType);
        if (type.IsBase64)
        {
            string charset = text.All(char.IsAscii) ? "" : ";charset=utf-8";
            return $"{Scheme}{type.Name}{charset};base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";
        }

        string head = type.Name is MediaType.PlainText or MediaType.JavaScript ? "" : type.Name;
        return $"{Scheme}{head},{EcmaUri.Encode(text)}";
    }

    /// <summary>A URI that holds these bytes, in base64.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, string mimeType = "application/octet-stream") =>
        $"{Scheme}{MediaType.Parse(mimeType).Name};base64,{Convert.ToBase64String(bytes)}";

    /// <summary>
    /// A URI that holds <paramref name="value"/>: a string as plain text, a boolean as JSON, anything else as KVIN; or, when
    /// <paramref name="mimeType"/> is given, in that form.
    /// </summary>
    /// <exception cref="SerializationException">The value cannot be written in that form.</exception>
    public static string EncodeValue(JsValue value, string? mimeType = null, KvinVersion version = KvinVersion.V9)
    {
        string type = mimeType ?? value switch
        {
            JsString => MediaType.PlainText,
            JsBoolean => MediaType.Json,
            _ => MediaType.Kvin,
        };
        return value is JsString text ? Encode(text.Value, type) : MediaType.Parse(type).Name switch
        {
            MediaType.Json => Encode(JsonWriter.Write(value), type),
            MediaType.Kvin => Encode(KvinWriter.Serialize(value, version), type),
            _ when value is JsTypedArray view => Encode(view.Bytes, type),
            _ when value.AsString() is { } boxed => Encode(boxed, type),
            _ => throw new SerializationException($"The value cannot be written as {type}."),
        };
    }

    /// <summary>The value that a data: URI holds; which class it has follows from its type, as in <see cref="ContentDecoder"/>.</summary>
    /// <exception cref="SerializationException">Not a data: URI, or its content is not what its type says.</exception>
    public static JsValue Decode(string uri)
    {
        int comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (!IsDataUri(uri) || comma < 0)
        {
            throw new SerializationException("Not a data: URI: it starts with 'data:' and has a comma before its content.");
        }

        MediaType type = MediaType.Parse(uri[Scheme.Length..comma]);
        string content = uri[(comma + 1)..];
        if (ContentDecoder.IsBytes(type))
        {
            return ContentDecoder.Bytes(type, type.IsBase64 ? FromBase64(content) : RawBytes(content));
        }

        // without a charset, base64 is taken as Latin-1: what the encoders of DCP write and its decoders expect
        return ContentDecoder.DecodeText(type, type.IsBase64
            ? ContentDecoder.TextOf(type.Charset ?? "latin1", FromBase64(content))
            : EcmaUri.Decode(content));
    }

    private static byte[] FromBase64(string content)
    {
        string text = (content.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(content) : content).TrimEnd('=');
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException e)
        {
            throw new SerializationException("Not a data: URI: its content is not base64.", e);
        }
    }

    // one byte a character, as JavaScript peers see it; what is not UTF-8 they could not read at all
    private static byte[] RawBytes(string content)
    {
        string text;
        try
        {
            text = EcmaUri.Decode(content);
        }
        catch (SerializationException)
        {
            byte[] escaped = Encoding.UTF8.GetBytes(content.Replace("+", "%2B", StringComparison.Ordinal));
            return System.Net.WebUtility.UrlDecodeToBytes(escaped, 0, escaped.Length);
        }

        return PackedBytes.ReadBytes(text);
    }
}
