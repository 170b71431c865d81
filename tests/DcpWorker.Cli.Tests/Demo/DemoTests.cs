using System.Diagnostics;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Demo;

public sealed class DemoTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_draws_saves_a_picture_and_says_how_fast_it_was()
    {
        string picture = Path.Combine(_folder.Path, "picture.png");

        Finished run = await Finished.RunAsync(_folder.Path, "demo", "--picture", picture);

        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^demo: 150 slices on [1-9][0-9]* sandboxes in [0-9]+\.[0-9] s$", run.Lines[^1]);
        Assert.Contains(run.Lines, line => line.Contains(picture, StringComparison.Ordinal));
        Assert.Equal(0x89, File.ReadAllBytes(picture)[0]);
        Assert.DoesNotContain('\x1b', run.Output);
    }

    [Fact]
    public async Task Killed_it_takes_all_its_programs_along()
    {
        using Process demo = Finished.Start(_folder.Path, "demo", "--picture", Path.Combine(_folder.Path, "picture.png"));
        // The first line means that the programs are up and slices are done.
        await demo.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        List<int> children = [.. ChildrenOf(demo.Id)];
        Assert.Equal(3, children.Count);
        string data = children.Select(DataFolderOf).Single(folder => folder is not null)!;

        demo.Kill();

        using CancellationTokenSource limit = new(Limit);
        while (children.Any(IsAlive))
        {
            await Task.Delay(50, limit.Token);
        }

        // Nobody was left to do it.
        Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);
    }

    /// <summary>The scheduler's argument <c>--data</c>; null for the other programs.</summary>
    private static string? DataFolderOf(int process)
    {
        string[] arguments = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        return Array.IndexOf(arguments, "--data") is > 0 and var at ? arguments[at + 1] : null;
    }

    private static IEnumerable<int> ChildrenOf(int process) =>
        Directory.EnumerateDirectories($"/proc/{process}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(int.Parse);

    private static bool IsAlive(int process)
    {
        try
        {
            // A zombie whose parent is gone waits for init, not for us.
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Gone.
            return false;
        }
    }
}
