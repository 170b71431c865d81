using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Demo;

/// <summary>What the demonstration computes: a small copy of the Mandelbrot set in the seahorse valley, in tiles.</summary>
internal static class Fractal
{
    public const int Width = 960;
    public const int Height = 640;
    private const int TileSize = 64;

    public static IReadOnlyList<Tile> Tiles { get; } =
    [
        .. from y in Enumerable.Range(0, Height / TileSize)
           from x in Enumerable.Range(0, Width / TileSize)
           select new Tile(x * TileSize, y * TileSize, TileSize, TileSize),
    ];

    /// <summary>The second argument of the work function.</summary>
    public static JsObject View { get; } = new()
    {
        ["width"] = Width,
        ["height"] = Height,
        ["re"] = -0.743643135,
        ["im"] = 0.131825963,
        ["span"] = 2.4628e-5,
        ["limit"] = 4000,
        ["samples"] = 3,
        ["colourTurns"] = 0.9,
    };

    /// <summary>Source of the work function.</summary>
    public static string WorkFunction()
    {
        using Stream source = typeof(Fractal).Assembly.GetManifestResourceStream("fractal.js")!;
        using StreamReader reader = new(source);
        return reader.ReadToEnd();
    }
}
