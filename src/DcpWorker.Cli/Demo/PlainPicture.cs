namespace DcpWorker.Cli.Demo;

/// <summary>Draws a picture with characters of different weight, for what is no colour terminal.</summary>
internal static class PlainPicture
{
    private const string Weights = " .:-=+*#%@";

    public static IEnumerable<string> Draw(Picture picture, int columns)
    {
        // A character is about twice as high as wide.
        int rows = Math.Max(1, columns * picture.Height / picture.Width / 2);
        for (int y = 0; y < rows; y++)
        {
            yield return string.Create(columns, (picture, y, rows), static (line, at) =>
            {
                for (int x = 0; x < line.Length; x++)
                {
                    (byte red, byte green, byte blue) = at.picture.MeanOf(x, at.y, line.Length, at.rows);
                    double brightness = ((0.3 * red) + (0.59 * green) + (0.11 * blue)) / 256;
                    line[x] = Weights[(int)(brightness * Weights.Length)];
                }
            }).TrimEnd();
        }
    }
}
