using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcpWorker.Cli.Demo;

/// <summary>Draws a picture with half blocks, two pixels a character, in as many colours as the terminal has.</summary>
internal sealed class PictureView(Picture picture, int columns) : Renderable
{
    private readonly int _rows = Math.Max(1, columns * picture.Height / picture.Width / 2);

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(columns, columns);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        for (int y = 0; y < _rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                yield return new Segment("▀", new Style(ColourOf(x, 2 * y), ColourOf(x, (2 * y) + 1)));
            }

            yield return Segment.LineBreak;
        }
    }

    private Color ColourOf(int x, int y)
    {
        (byte red, byte green, byte blue) = picture.MeanOf(x, y, columns, 2 * _rows);
        return new Color(red, green, blue);
    }
}
