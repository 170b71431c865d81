namespace DcpWorker.Engine.Logging.Streams;

/// <summary>The stream that a console log goes to.</summary>
/// <param name="Stream">stderr, for programs.</param>
/// <param name="Style">How its lines look.</param>
public sealed record ConsoleTarget(Stream Stream, ConsoleStyle Style);
