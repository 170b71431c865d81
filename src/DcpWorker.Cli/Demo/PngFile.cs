using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DcpWorker.Cli.Demo;

/// <summary>Writes a picture as PNG (ISO/IEC 15948): 8 bits a channel, RGB, one data chunk.</summary>
internal static class PngFile
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Writes the file whole or not at all.</summary>
    public static void Write(string path, Picture picture)
    {
        string unfinished = path + ".part";
        try
        {
            using (FileStream file = File.Create(unfinished))
            {
                Write(file, picture);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public static void Write(Stream output, Picture picture)
    {
        output.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 8; // bits a channel
        header[9] = 2; // colour type RGB
        WriteChunk(output, "IHDR", header);
        WriteChunk(output, "IDAT", Compress(picture));
        WriteChunk(output, "IEND", []);
    }

    private static ReadOnlySpan<byte> Compress(Picture picture)
    {
        MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] line = new byte[(picture.Width * 3) + 1];
            for (int y = 0; y < picture.Height; y++)
            {
                // Filter 1 (Sub): each byte as the difference from the pixel to its left, which packs better.
                line[0] = 1;
                ReadOnlySpan<byte> row = picture.Row(y);
                for (int i = 0; i < row.Length; i++)
                {
                    line[i + 1] = (byte)(row[i] - (i < 3 ? 0 : row[i - 3]));
                }

                zlib.Write(line);
            }
        }

        return data.GetBuffer().AsSpan(0, (int)data.Length);
    }

    private static void WriteChunk(Stream output, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        byte[] name = Encoding.ASCII.GetBytes(type);
        output.Write(name);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, name), data));
        output.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint c = i;
            for (int bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1;
            }

            table[i] = c;
        }

        return table;
    }
}
