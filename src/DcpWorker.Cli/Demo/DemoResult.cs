namespace DcpWorker.Cli.Demo;

/// <summary>What came out of the demonstration.</summary>
internal sealed record DemoResult(Picture Picture, int Slices, TimeSpan Elapsed);
