namespace DcpWorker.Engine.Serialization;

/// <summary>A content type with its parameters: <c>text/html;charset=utf-8</c>.</summary>
public sealed record MediaType
{
    /// <summary>JSON.</summary>
    public const string Json = "application/json";

    /// <summary>KVIN text.</summary>
    public const string Kvin = "application/x-kvin";

    /// <summary>Text.</summary>
    public const string PlainText = "text/plain";

    /// <summary>JavaScript source.</summary>
    public const string JavaScript = "application/javascript";

    /// <summary>Type and subtype in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The charset in lower case, or null.</summary>
    public string? Charset { get; init; }

    /// <summary>Whether the parameter <c>base64</c> of a data: URI is there.</summary>
    public bool IsBase64 { get; init; }

    /// <summary>Whether the type is <c>text/…</c>.</summary>
    public bool IsText => Name.StartsWith("text/", StringComparison.Ordinal);

    /// <summary>Reads a Content-Type or the head of a data: URI; an empty one is plain text (RFC 2397).</summary>
    public static MediaType Parse(string text)
    {
        string[] parts = text.Split(';', StringSplitOptions.TrimEntries);
        string? charset = null;
        bool base64 = false;
        foreach (string parameter in parts.Skip(1))
        {
            base64 |= parameter.Equals("base64", StringComparison.OrdinalIgnoreCase);
            if (parameter.StartsWith("charset=", StringComparison.OrdinalIgnoreCase))
            {
                charset = parameter["charset=".Length..].Trim('"').ToLowerInvariant();
            }
        }

        return new MediaType
        {
            Name = parts[0].Length == 0 ? PlainText : parts[0].ToLowerInvariant(),
            Charset = string.IsNullOrEmpty(charset) ? null : charset,
            IsBase64 = base64,
        };
    }
}
