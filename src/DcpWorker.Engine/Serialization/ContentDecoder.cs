using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>Turns fetched content into a value, by its content type.</summary>
public static class ContentDecoder
{
    /// <summary>
    /// What <paramref name="content"/> stands for: plain text is a string, other text a boxed string with its <c>charset</c>, JSON and KVIN
    /// what they describe, and anything else a Uint8Array with its <c>contentType</c>. Text is UTF-8 unless the type says otherwise.
    /// </summary>
    /// <exception cref="SerializationException">The content is not what its type says, or its charset is not known.</exception>
    public static JsValue Decode(string contentType, ReadOnlySpan<byte> content)
    {
        MediaType type = MediaType.Parse(contentType);
        return IsBytes(type) ? Bytes(type, content.ToArray()) : DecodeText(type, TextOf(type.Charset ?? "utf-8", content));
    }

    /// <summary>As <see cref="Decode(string, ReadOnlySpan{byte})"/>, for content that is text already.</summary>
    /// <exception cref="SerializationException">The content is not what its type says.</exception>
    public static JsValue Decode(string contentType, string content)
    {
        MediaType type = MediaType.Parse(contentType);
        return IsBytes(type) ? content : DecodeText(type, content);
    }

    internal static bool IsBytes(MediaType type) => !type.IsText && type.Name is not (MediaType.Json or MediaType.Kvin);

    internal static JsTypedArray Bytes(MediaType type, byte[] content)
    {
        JsTypedArray bytes = new(TypedArrayKind.Uint8Array, content) { ["contentType"] = type.Name };
        if (type.Charset is not null)
        {
            bytes["charset"] = type.Charset;
        }

        return bytes;
    }

    internal static JsValue DecodeText(MediaType type, string text)
    {
        switch (type.Name)
        {
            case MediaType.PlainText:
                return text;
            case MediaType.Json:
                return JsonReader.Parse(text);
            case MediaType.Kvin:
                return KvinReader.Deserialize(text);
        }

        JsBoxed boxed = new(text);
        if (type.Charset is not null)
        {
            boxed["charset"] = type.Charset;
        }

        return boxed;
    }

    internal static string TextOf(string charset, ReadOnlySpan<byte> content) => charset switch
    {
        "utf-8" or "utf8" => Encoding.UTF8.GetString(content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content),
        "iso-8859-1" or "latin1" or "latin-1" or "us-ascii" or "ascii" => Encoding.Latin1.GetString(content),
        "utf-16" or "utf-16le" => Encoding.Unicode.GetString(content),
        _ => throw new SerializationException($"Text in the character set '{charset}' cannot be read: UTF-8, UTF-16, Latin-1 and ASCII can."),
    };
}
