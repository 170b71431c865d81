using System.Net;

namespace DcpEvaluator;

/// <summary>What the command line asked for.</summary>
internal sealed record EvaluatorOptions
{
    private const long Megabyte = 1 << 20;

    /// <summary>Set-up files, in the order in which they run.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Port to listen on, 0 for one the system chooses; null to talk on stdin and stdout.</summary>
    public int? Port { get; init; }

    /// <summary>Address to listen on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>Whether uid 0 is acceptable.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>Whether the process gives up its rights once the set-up files have run.</summary>
    public bool LockDown { get; init; } = true;

    /// <summary>Flags for V8, as on its own command line.</summary>
    public string V8Flags { get; init; } = "";

    /// <summary>Limit of the JavaScript heap in bytes.</summary>
    public long MaxHeapBytes { get; init; } = 2048 * Megabyte;

    /// <summary>Limit of all ArrayBuffers together in bytes.</summary>
    public long MaxBufferBytes { get; init; } = 2048 * Megabyte;

    /// <summary>Directory of code caches to start from.</summary>
    public string? CodeCache { get; init; }

    /// <summary>Directory to write code caches to, instead of serving anyone.</summary>
    public string? MakeCodeCache { get; init; }

    /// <summary>Syslog severity, 0 to 7, up to which messages reach stderr.</summary>
    public int DebugLevel { get; init; } = 7;

    /// <summary>The process to die with, which must be the parent.</summary>
    public int? ParentPid { get; init; }

    /// <summary>Forbidden thing to try once locked down.</summary>
    public string? Probe { get; init; }

    /// <summary>Whether --help was given.</summary>
    public bool Help { get; init; }

    /// <summary>Whether --version was given.</summary>
    public bool Version { get; init; }

    /// <summary>
    /// All private memory of the process: heap, buffers, and room for compiler, threads and the longest line.
    /// It is what bounds WebAssembly memories, which neither of the two limits counts.
    /// </summary>
    public long MaxPrivateBytes => MaxHeapBytes + MaxBufferBytes + (1024 * Megabyte);
}
