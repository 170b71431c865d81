using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>Which evaluator to examine, and how patiently.</summary>
public sealed record EvaluatorExaminationOptions
{
    /// <summary>A listening evaluator or inet-daemon (<c>tcp://host:port</c>); null examines the local program.</summary>
    public Uri? Location { get; init; }

    /// <summary>
    /// Finds the local program and its set-up files; not used with <see cref="Location"/>. An
    /// <see cref="InetDaemonException"/> that it throws is what the first check finds.
    /// </summary>
    public Func<EvaluatorCommand> Locate { get; init; } = () => EvaluatorCommand.Locate();

    /// <summary>User that the local program runs as; must be given when the examiner is root, and only then.</summary>
    public UnixUser? RunAs { get; init; }

    /// <summary>Lets an examiner that is root run the local program as root.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>How long any one answer may take. Default 10 s; more than zero.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an evaluator in an endless loop may outlive its connection. Default 5 s: the evaluator itself gives
    /// up after one.
    /// </summary>
    public TimeSpan HangUpLimit { get; init; } = TimeSpan.FromSeconds(5);
}
