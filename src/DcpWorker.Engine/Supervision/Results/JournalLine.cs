using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>One line of a journal: a checksum (CRC-32C, 8 hex digits), a space, the text.</summary>
internal static class JournalLine
{
    private const int Prefix = 9;

    public static byte[] Write(string text)
    {
        byte[] line = new byte[Prefix + Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, line.AsSpan(Prefix));
        Checksum(line.AsSpan(Prefix..^1)).TryFormat(line, out _, "x8", CultureInfo.InvariantCulture);
        line[Prefix - 1] = (byte)' ';
        line[^1] = (byte)'\n';
        return line;
    }

    /// <summary>The text of a line without its end; null when it is damaged.</summary>
    public static string? Read(string line) =>
        line.Length > Prefix
        && uint.TryParse(line.AsSpan(0, Prefix - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint sum)
        && Checksum(Encoding.UTF8.GetBytes(line[Prefix..])) == sum
            ? line[Prefix..]
            : null;

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
