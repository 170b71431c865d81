using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>What an <see cref="InetDaemon"/> is told when it starts.</summary>
public sealed record InetDaemonOptions
{
    /// <summary>The program started for each connection.</summary>
    public required EvaluatorCommand Evaluator { get; init; }

    /// <summary>Where to listen; port 0 lets the system choose. Default 127.0.0.1:9000.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, ListenAddress.DefaultPort);

    /// <summary>Sockets that listen already, passed by a service manager; they replace <see cref="Listen"/>. The daemon closes them.</summary>
    public IReadOnlyList<Socket> Inherited { get; init; } = [];

    /// <summary>
    /// Networks that may connect beside loopback. Whoever can connect can run code in a sandbox of this machine, so
    /// listening on anything but loopback is refused while this is empty.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowFrom { get; init; } = [];

    /// <summary>
    /// Users of this machine (uids) whose connections are admitted; null: all of them. Linux only. Within a user namespace that
    /// does not know a user, nobody can tell who that is, and so it is not admitted.
    /// </summary>
    public IReadOnlyList<uint>? LocalUsers { get; init; }

    /// <summary>Most connections, hence evaluators, at once; more are accepted and closed without a byte. Default: twice the sandboxes of a worker on this machine.</summary>
    public int MaxConnections { get; init; } = 2 * WorkerOptions.DefaultSandboxes;

    /// <summary>Nice value of evaluators, 0 to 19: how much they yield to everything else on the machine. Default 18.</summary>
    public int Nice { get; init; } = 18;

    /// <summary>
    /// What each evaluator may use of memory and processor, enforced by the kernel where a control group (version 2) has been delegated to the
    /// daemon; where none has, an evaluator has the limits of its own options only. Null: no control groups are made. Linux only.
    /// </summary>
    public EvaluatorLimits? Limits { get; init; }

    /// <summary>User that evaluators run as when the daemon is root; must be null otherwise.</summary>
    public UnixUser? RunAs { get; init; }

    /// <summary>Lets a daemon that is root and has no <see cref="RunAs"/> start evaluators as root (in a container, say): a fault in V8 would then own the machine.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>What is done about the evaluators' lock-down before any is offered. Default: it must be in force.</summary>
    public LockDownPolicy LockDown { get; init; }

    /// <summary>
    /// How long an evaluator may go on after its peer has hung up, without reading or writing anything, before its
    /// process group is killed; an evaluator ends a slice that goes on by itself, sooner. Default 10 s.
    /// </summary>
    public TimeSpan HangUpGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest line of an evaluator's stderr that is reported whole, in characters; the rest of a line is cut. Default 1000.</summary>
    public int MaxErrorLine { get; init; } = 1000;
}
