using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcpWorker.Cli.Demo;

/// <summary>
/// Draws a picture with half blocks, two pixels a character; on a terminal without colours, with characters of
/// different weight.
/// </summary>
internal sealed class PictureView(Picture picture, int columns) : Renderable
{
    private const string Weights = " .:-=+*#%@";

    /// <summary>A cell is about twice as high as wide, so a cell is one pixel wide and two high.</summary>
    private readonly int _rows = Math.Max(1, columns * picture.Height / picture.Width / 2);

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(columns, columns);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        bool colours = options.Ansi && options.ColorSystem != ColorSystem.NoColors;
        for (int y = 0; y < _rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                yield return colours ? HalfBlock(x, y) : Weight(x, y);
            }

            yield return Segment.LineBreak;
        }
    }

    private Segment HalfBlock(int x, int y) =>
        new("▀", new Style(ColourOf(x, 2 * y), ColourOf(x, (2 * y) + 1)));

    private Color ColourOf(int x, int y)
    {
        (byte red, byte green, byte blue) = picture.MeanOf(x, y, columns, 2 * _rows);
        return new Color(red, green, blue);
    }

    private Segment Weight(int x, int y)
    {
        (byte red, byte green, byte blue) = picture.MeanOf(x, y, columns, _rows);
        double brightness = ((0.3 * red) + (0.59 * green) + (0.11 * blue)) / 256;
        return new Segment(Weights[(int)(brightness * Weights.Length)].ToString());
    }
}
