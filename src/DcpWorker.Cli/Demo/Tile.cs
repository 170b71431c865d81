using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Demo;

/// <summary>The part of the picture that one slice computes, in pixels.</summary>
internal sealed record Tile(int X, int Y, int Width, int Height)
{
    /// <summary>As the work function knows it.</summary>
    public JsObject ToDatum() => new() { ["x"] = X, ["y"] = Y, ["width"] = Width, ["height"] = Height };
}
