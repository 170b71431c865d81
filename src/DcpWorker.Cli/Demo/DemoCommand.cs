using System.CommandLine;
using DcpWorker.Engine.Limits;

namespace DcpWorker.Cli.Demo;

/// <summary><c>dcp-worker demo</c>: everything at once on this machine, for a first look. What <c>./build.sh demo</c> runs.</summary>
internal static class DemoCommand
{
    private static readonly Option<int> Sandboxes = new("--sandboxes", "-c")
    {
        Description = "How many slices are computed at once. Default: the cores of this machine.",
        HelpName = "N",
        DefaultValueFactory = _ => AvailableCores.Count,
    };

    private static readonly Option<string> PicturePath = new("--picture")
    {
        Description = "Where the picture is saved.",
        HelpName = "FILE.png",
        DefaultValueFactory = _ => "dcp-demo.png",
    };

    public static Command Create() => new Command("demo", "Starts a scheduler, an inet-daemon and a worker, deploys a fractal and draws it.")
    {
        Sandboxes, PicturePath,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        int sandboxes = parsed.GetValue(Sandboxes) is >= 1 and <= 1000 and var n ? n : throw new UsageException("--sandboxes takes a number from 1 to 1000.");
        string picture = Path.GetFullPath(parsed.GetRequiredValue(PicturePath));
        using StopSignals signals = new(Console.Error.WriteLine);
        await using DemoSite site = await DemoSite.StartAsync(AppContext.BaseDirectory, sandboxes, signals.Soft);
        DemoResult result = await site.WhileItRunsAsync(ct => DemoJob.RunAsync(site, ct), signals.Soft);
        PngFile.Write(picture, result.Picture);
        await site.StopAsync();
        Console.WriteLine($"The picture was saved as {picture}");
        Console.WriteLine(FormattableString.Invariant(
            $"demo: {result.Slices} slices on {site.MostSandboxesAtOnce} sandboxes in {result.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Done;
    }
}
