using DcpEvaluator.Native;

namespace DcpEvaluator.Hosting;

/// <summary>One sandbox on stdin and stdout: set-up files, lock-down, lines.</summary>
internal static class StandardStreamsHost
{
    private static readonly TimeSpan HangUpGrace = TimeSpan.FromSeconds(1);

    // The set-up files are the site's own, and on a busy machine one of them takes seconds. Whoever sends "die" and
    // hangs up, as the documented check does, is to get its answer all the same.
    private static readonly TimeSpan SetUpHangUpGrace = TimeSpan.FromSeconds(10);

    public static ExitCode Run(EvaluatorOptions options)
    {
        Require(EngineLibrary.LimitMemory(options.MaxPrivateBytes), "limit memory");
        ScriptEngine engine = new(options);
        if (options.MakeCodeCache is null)
        {
            WatchHangUp(); // before the first file: that may loop as well
        }

        foreach (string file in options.Files)
        {
            switch (engine.RunFile(file, options.CodeCache))
            {
                case EngineOutcome.Ok:
                    break;
                case EngineOutcome.Rejected:
                    return ExitCode.SetUpRejected;
                case EngineOutcome.TooLong:
                    Diagnostics.Error($"{file} is longer than a JavaScript string can be");
                    return ExitCode.SetUpFailed;
                default:
                    return ExitCode.SetUpFailed;
            }
        }

        if (options.MakeCodeCache is string directory)
        {
            return SaveCodeCaches(engine, options.Files, directory);
        }

        if (options.LockDown)
        {
            Require(engine.LockDown(), "lock down this process (--no-lockdown would run without protection)");
        }
        else
        {
            Diagnostics.Warning("not locked down (--no-lockdown): a fault in V8 gives away this user account");
        }

        if (options.Probe is string probe)
        {
            return RunProbe(probe);
        }

        EngineLibrary.SetHangUpGrace((int)HangUpGrace.TotalMilliseconds);
        new EventLoop(engine).Run();
        return ExitCode.Done;
    }

    private static unsafe void WatchHangUp()
    {
        EngineExitCodes codes = EngineExitCodes.Ours;
        Require(EngineLibrary.WatchHangUp(Posix.StandardInput, (int)SetUpHangUpGrace.TotalMilliseconds, &codes), "start a thread");
    }

    private static ExitCode SaveCodeCaches(ScriptEngine engine, IEnumerable<string> files, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (string file in files)
        {
            Require(engine.SaveCodeCache(file, directory), $"write the code cache of {file} in {directory}");
        }

        return ExitCode.Done;
    }

    private static ExitCode RunProbe(string probe)
    {
        switch (EngineLibrary.Probe(probe))
        {
            case 0:
                return ExitCode.Done;
            case 1:
                Diagnostics.Error($"lock-down does not stop '{probe}'");
                return ExitCode.InternalFault;
            default:
                Diagnostics.Error($"--probe-lockdown knows no '{probe}'");
                return ExitCode.Refused;
        }
    }

    private static void Require(int result, string what)
    {
        if (result < 0)
        {
            Diagnostics.Fail(ExitCode.SystemRefused, $"cannot {what}: errno {-result}");
        }
    }
}
