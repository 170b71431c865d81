using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace DcpWorker.Cli.Demo;

/// <summary>
/// Shows the picture while it grows: in place on a terminal; elsewhere a line now and then, and the picture at the end.
/// </summary>
internal sealed class DemoScreen(Picture picture, int tiles)
{
    private const int PlainColumns = 78;
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(150);
    private readonly IAnsiConsole _console = AnsiConsole.Console;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private volatile int _done;

    private bool IsLive => !Console.IsOutputRedirected && _console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>The widest picture that leaves the status line on the screen.</summary>
    private int Columns => Math.Clamp(
        Math.Min(_console.Profile.Width - 1, (_console.Profile.Height - 3) * 2 * picture.Width / picture.Height), 16, 160);

    public async Task RunAsync(Func<Task> work)
    {
        if (!IsLive)
        {
            await work();
            return;
        }

        await _console.Live(Content()).AutoClear(false).StartAsync(async context =>
        {
            Task working = work();
            while (!working.IsCompleted)
            {
                await Task.WhenAny(working, Task.Delay(RedrawInterval));
                context.UpdateTarget(Content());
            }

            context.UpdateTarget(Content());
            await working;
        });
    }

    public void OnTile()
    {
        int done = ++_done;
        if (!IsLive && done * 10 / tiles != (done - 1) * 10 / tiles)
        {
            Console.WriteLine(Status());
        }
    }

    /// <summary>Where it did not grow in place, the picture is drawn once.</summary>
    public void DrawAtEnd()
    {
        if (!IsLive)
        {
            foreach (string line in PlainPicture.Draw(picture, PlainColumns))
            {
                Console.WriteLine(line);
            }
        }
    }

    private Rows Content() => new Rows(new PictureView(picture, Columns), new Text(Status()));

    private string Status()
    {
        double seconds = _watch.Elapsed.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{_done} of {tiles} slices, {100 * _done / tiles} %, {_done / seconds:0.0} slices/s");
    }
}
