using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DcpWorker.Engine.Keystores;

/// <summary>A 20-byte account address; printed with the mixed-case checksum of EIP-55.</summary>
public sealed class Address : IEquatable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 20;

    private readonly byte[] _bytes;
    private readonly string _text;

    /// <summary>The address of these 20 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"An address has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
        _text = Checksummed(_bytes);
    }

    /// <summary>The 20 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// Reads 40 hex digits with or without <c>0x</c>. All lower or all upper case is taken unchecked; mixed case must
    /// pass the EIP-55 checksum.
    /// </summary>
    /// <exception cref="KeyFormatException">Not an address.</exception>
    public static Address Parse(string text) => TryParse(text, out Address? address)
        ? address
        : throw new KeyFormatException($"'{Shortened(text)}' is not an address: 40 hex digits are expected, optionally after 0x, and mixed case must match the EIP-55 checksum.");

    /// <summary>As <see cref="Parse"/>; false instead of an error.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Address? address)
    {
        address = null;
        string digits = text is null ? "" : text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        if (digits.Length != Length * 2 || !digits.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        Address read = new(Convert.FromHexString(digits));
        bool mixed = digits.Any(char.IsAsciiLetterLower) && digits.Any(char.IsAsciiLetterUpper);
        if (mixed && read._text[2..] != digits)
        {
            return false;
        }

        address = read;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Address? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary><c>0x</c> and 40 hex digits in EIP-55 mixed case.</summary>
    public override string ToString() => _text;

    private static string Checksummed(byte[] bytes)
    {
        string lower = Convert.ToHexStringLower(bytes);
        byte[] hash = Keccak256.Hash(Encoding.ASCII.GetBytes(lower));
        StringBuilder output = new("0x", 42);
        for (int i = 0; i < lower.Length; i++)
        {
            int nibble = (i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2]) & 15;
            output.Append(nibble >= 8 ? char.ToUpperInvariant(lower[i]) : lower[i]);
        }

        return output.ToString();
    }

    // what was typed by mistake could be a key: show too little of it to matter
    private static string Shortened(string text) => text.Length <= 12 ? text : text[..6] + "…";
}
