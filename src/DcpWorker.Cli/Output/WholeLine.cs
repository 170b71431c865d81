using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcpWorker.Cli.Output;

/// <summary>
/// A text as one line whatever the width of the console: what others wrote must not be broken so that a piece of it starts a line,
/// where it could look like ours. A terminal breaks it by itself, and still knows that it is one line.
/// </summary>
internal sealed class WholeLine(string text) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new Segment(text), Segment.LineBreak];
}
