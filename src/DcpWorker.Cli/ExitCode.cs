namespace DcpWorker.Cli;

/// <summary>What the program's exit code says. Source: the manual; scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Wrong use, or wrong configuration.</summary>
    public const int Usage = 1;

    /// <summary>Scheduler, evaluator or bank cannot be reached: trying again may help.</summary>
    public const int Unreachable = 2;

    /// <summary>Passphrase, identity or permission refused.</summary>
    public const int Refused = 3;

    /// <summary>Cancelled half-way.</summary>
    public const int Cancelled = 4;

    /// <summary>A fault of this program.</summary>
    public const int Internal = 70;
}
