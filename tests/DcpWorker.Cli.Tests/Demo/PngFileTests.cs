using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DcpWorker.Cli.Demo;

namespace DcpWorker.Cli.Tests.Demo;

public sealed class PngFileTests
{
    [Fact]
    public void A_picture_is_read_back_as_it_was()
    {
        Picture picture = new(5, 3);
        byte[] pixels = new byte[2 * 2 * 3];
        new Random(1).NextBytes(pixels);
        picture.Place(new Tile(1, 1, 2, 2), pixels);
        MemoryStream file = new();

        PngFile.Write(file, picture);

        List<(string Type, byte[] Data)> chunks = Chunks(file.ToArray());
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        Assert.Equal([0, 0, 0, 5, 0, 0, 0, 3, 8, 2, 0, 0, 0], chunks[0].Data);
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(y => picture.Row(y).ToArray()), Pixels(chunks[1].Data, 5, 3));
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(file, 0, 8));
        List<(string, byte[])> chunks = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            byte[] named = file[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(named), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(named, 0, 4), named[4..]));
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>As in the standard's definition, bit by bit.</summary>
    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static byte[] Pixels(byte[] data, int width, int height)
    {
        using ZLibStream zlib = new(new MemoryStream(data), CompressionMode.Decompress);
        byte[] lines = new byte[((width * 3) + 1) * height];
        zlib.ReadExactly(lines);
        Assert.Equal(-1, zlib.ReadByte());
        List<byte> pixels = [];
        foreach (byte[] line in lines.Chunk((width * 3) + 1))
        {
            Assert.Equal(1, line[0]);
            for (int i = 1; i < line.Length; i++)
            {
                line[i] += i > 3 ? line[i - 3] : (byte)0;
                pixels.Add(line[i]);
            }
        }

        return [.. pixels];
    }
}
