namespace DcpWorker.Engine.Diagnostics;

/// <summary>Names of the checks of an evaluator, as scripts see them.</summary>
public static class CheckNames
{
    /// <summary>The program is there, starts and says its version and V8's.</summary>
    public const string Program = "Program";

    /// <summary>Something accepts connections at the location.</summary>
    public const string Connection = "Connection";

    /// <summary>The host adds five functions to core JavaScript and nothing else.</summary>
    public const string FiveFunctions = "FiveFunctions";

    /// <summary>All set-up files run, and the sandbox says that it is loaded.</summary>
    public const string Start = "Start";

    /// <summary>The kernel confines the process once the set-up files have run.</summary>
    public const string LockDown = "LockDown";

    /// <summary>A slice computes the right result.</summary>
    public const string Slice = "Slice";

    /// <summary>A slice can compile and run WebAssembly.</summary>
    public const string WebAssembly = "WebAssembly";

    /// <summary>An endless loop ends when its supervisor is gone.</summary>
    public const string HangUp = "HangUp";

    /// <summary>The evaluator ends when it is told to.</summary>
    public const string Die = "Die";
}
