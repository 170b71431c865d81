namespace DcpWorker.Cli.Demo;

/// <summary>A picture in memory: RGB, 8 bits a channel.</summary>
internal sealed class Picture(int width, int height)
{
    private readonly byte[] _pixels = new byte[width * height * 3];

    public int Width { get; } = width;

    public int Height { get; } = height;

    public ReadOnlySpan<byte> Row(int y) => _pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>Puts a tile in its place; bytes that a tile has too few or too many are passed over.</summary>
    public void Place(Tile tile, ReadOnlySpan<byte> pixels)
    {
        int length = tile.Width * 3;
        for (int row = 0; row < tile.Height && (row + 1) * length <= pixels.Length; row++)
        {
            pixels.Slice(row * length, length).CopyTo(_pixels.AsSpan((((tile.Y + row) * Width) + tile.X) * 3));
        }
    }

    /// <summary>The mean colour of the part of the picture that cell (x, y) of a grid covers.</summary>
    public (byte Red, byte Green, byte Blue) MeanOf(int x, int y, int columns, int rows)
    {
        int left = x * Width / columns;
        int right = Math.Max(left + 1, (x + 1) * Width / columns);
        int top = y * Height / rows;
        int bottom = Math.Max(top + 1, (y + 1) * Height / rows);
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int py = top; py < bottom; py++)
        {
            ReadOnlySpan<byte> row = Row(py)[(left * 3)..(right * 3)];
            for (int i = 0; i < row.Length; i += 3)
            {
                red += row[i];
                green += row[i + 1];
                blue += row[i + 2];
            }
        }

        int count = (right - left) * (bottom - top);
        return ((byte)(red / count), (byte)(green / count), (byte)(blue / count));
    }
}
