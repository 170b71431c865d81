using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>A slice that this worker holds. Guarded by the owner of its <see cref="WorkSet"/>.</summary>
internal sealed class Slice(Job job, SliceMessage message, JsObject authorization, DateTimeOffset received)
{
    public Job Job { get; } = job;

    public SliceMessage Message { get; } = message;

    public long Number => Message.Number;

    /// <summary>The scheduler's proof that this worker may compute the slice; goes back to it with everything about the slice.</summary>
    public JsObject Authorization { get; } = authorization;

    public DateTimeOffset Received { get; } = received;

    public SliceState State { get; set; }

    /// <summary>When it was given to a sandbox.</summary>
    public DateTimeOffset Started { get; set; }

    /// <summary>The sandbox it is in.</summary>
    public int? SandboxId { get; set; }

    /// <summary>Last progress reported, in percent.</summary>
    public double? Percent { get; set; }

    /// <summary>Evaluators that ended under it.</summary>
    public int Deaths { get; set; }

    /// <summary>How often the work function rejected it (<c>work.reject</c>).</summary>
    public int Rejections { get; set; }

    /// <summary>Time that attempts which were thrown away have cost.</summary>
    public TimeSpan WastedElapsed { get; set; }

    /// <summary>Processor time that attempts which were thrown away have cost.</summary>
    public TimeSpan WastedCpu { get; set; }

    /// <summary>The datum, when it is being fetched ahead over the network; others are decoded when they are needed.</summary>
    public Task<Artifact>? Datum { get; set; }

    /// <summary>Messages about the slice that must reach the scheduler before its result.</summary>
    public Task Announcements { get; set; } = Task.CompletedTask;

    /// <summary>Ends what is being done for it.</summary>
    public CancellationTokenSource Abort { get; } = new();

    /// <summary>Whether its datum has to be fetched over the network.</summary>
    public bool IsRemote => Message.DatumLocation is { } location && !ArtifactFetcher.IsInline(location);

    public override string ToString() => $"slice {Number} of job {Job.Id}";
}
