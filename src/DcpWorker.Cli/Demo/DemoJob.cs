using System.Diagnostics;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Cli.Demo;

/// <summary>Deploys the fractal, and shows it as it comes in.</summary>
internal static class DemoJob
{
    public static async Task<DemoResult> RunAsync(DemoSite site, CancellationToken ct)
    {
        using PrivateKey identity = PrivateKey.Create();
        using PrivateKey account = PrivateKey.Create();
        using HttpClient http = new();
        SchedulerConfiguration scheduler = await SchedulerConfiguration.FetchAsync(site.Scheduler, http, ct);
        await using JobDeployer deployer = new(
            scheduler, identity, account, DeploymentOptions.Default, ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);

        Picture picture = new(Fractal.Width, Fractal.Height);
        DemoScreen screen = new(picture, Fractal.Tiles.Count);
        Stopwatch watch = Stopwatch.StartNew();
        await using DeployedJob job = await deployer.DeployAsync(Definition(), ct);
        await screen.RunAsync(async () =>
        {
            await foreach (JobEvent e in job.ReadEventsAsync(ct))
            {
                Take(e, picture, screen);
            }

            await job.Completion;
        });
        watch.Stop();
        screen.DrawAtEnd();
        return new DemoResult(picture, job.ResultCount, watch.Elapsed);
    }

    private static JobDefinition Definition() => new()
    {
        Name = "Mandelbrot set",
        Description = "A small copy of the Mandelbrot set in the seahorse valley",
        WorkFunction = Fractal.WorkFunction(),
        Input = JobInput.Of([.. Fractal.Tiles.Select(t => t.ToDatum())]),
        Arguments = [Fractal.View],
    };

    private static void Take(JobEvent e, Picture picture, DemoScreen screen)
    {
        switch (e)
        {
            case ResultReceived { Value: JsTypedArray pixels } result:
                picture.Place(Fractal.Tiles[(int)result.SliceNumber - 1], pixels.Bytes);
                screen.OnTile();
                break;
            case ResultReceived result:
                throw new DemoException($"Slice {result.SliceNumber} gave no pixels: {Printable.Line($"{result.Value}")}");
        }
    }
}
