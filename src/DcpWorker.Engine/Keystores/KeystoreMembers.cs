using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Keystores;

/// <summary>Members of an object of a keystore file by name in any letter case, checked as they are read.</summary>
internal readonly struct KeystoreMembers(JsValue value)
{
    private readonly JsObject? _object = value as JsObject;

    public JsValue this[string name]
    {
        get
        {
            foreach ((string member, JsValue content) in _object ?? [])
            {
                if (member.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return content;
                }
            }

            return JsValue.Undefined;
        }
    }

    public string? Text(string name) => this[name] is JsString text ? text.Value : null;

    public KeystoreMembers Object(string name) => this[name] is JsObject and not JsArray
        ? new KeystoreMembers(this[name])
        : throw new KeystoreFormatException($"The keystore has no object '{name}'.");

    public double Number(string name) => this[name] is JsNumber number
        ? number.Value
        : throw new KeystoreFormatException($"The keystore has no number '{name}'.");

    /// <summary>Bytes as hex digits, optionally after 0x.</summary>
    public byte[] Hex(string name, int minimum, int maximum)
    {
        string digits = Text(name) ?? throw new KeystoreFormatException($"The keystore has no text '{name}'.");
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
        }

        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
        {
            throw new KeystoreFormatException($"The keystore's '{name}' is not a row of hex digits.");
        }

        return digits.Length / 2 >= minimum && digits.Length / 2 <= maximum
            ? Convert.FromHexString(digits)
            : throw new KeystoreFormatException($"The keystore's '{name}' has {digits.Length / 2} bytes: {(minimum == maximum ? minimum : $"{minimum} to {maximum}")} are expected.");
    }
}
