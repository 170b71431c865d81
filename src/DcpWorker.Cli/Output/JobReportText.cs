using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Serialization;
using Spectre.Console;

namespace DcpWorker.Cli.Output;

/// <summary>
/// How a job goes, for people: results in order on stdout, a line of JSON each; on stderr what slices say, and on a
/// terminal a progress bar.
/// </summary>
internal sealed class JobReportText(DeployedJob job) : JobReport(job)
{
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    protected override async Task FollowEventsAsync(IAsyncEnumerable<JobEvent> events)
    {
        if (Console.IsErrorRedirected)
        {
            await TellAsync(events, _ => { });
            return;
        }

        await _console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(Printable.Line(Job.Definition.Name ?? Job.Id, 40)), maxValue: Job.SliceCount);
                await TellAsync(events, done => bar.Value = done);
            });
    }

    protected override void PrintResult(JobResult result)
    {
        if (result.Value is JsError error)
        {
            Tell($"slice {result.SliceNumber} threw {Printable.Line(error.ToString())}");
            return;
        }

        string line = JsonWriter.Write(JsonLines.Presentable(result.Value));
        if (Console.IsOutputRedirected || Console.IsErrorRedirected)
        {
            Console.Out.WriteLine(line);
            return;
        }

        // On the same terminal as the bar, the bar has to know.
        Write(line);
    }

    private async Task TellAsync(IAsyncEnumerable<JobEvent> events, Action<int> progress)
    {
        await foreach (JobEvent e in events)
        {
            switch (e)
            {
                case ResultReceived:
                    progress(Job.ResultCount);
                    break;
                case JobConsole x:
                    Tell($"slice {x.SliceNumber} console.{x.Level}: {ConsoleText.Of(x.Message)}{(x.Repetitions > 1 ? $" ({x.Repetitions} times)" : "")}");
                    break;
                case SliceError x:
                    Tell($"slice {x.SliceNumber} failed on a worker: {x.Message} ({x.Code})");
                    break;
                case JobCustomEvent x:
                    Tell($"slice {x.SliceNumber} emits {x.Name}: {ConsoleText.Of(x.Data)}");
                    break;
            }
        }
    }

    private void Tell(string text) => Write(Printable.Line(text));

    private void Write(string line)
    {
        lock (_gate)
        {
            _console.Write(new WholeLine(line));
        }
    }
}
