using System.Reflection;
using DcpEvaluator;
using DcpEvaluator.Hosting;
using DcpEvaluator.Native;

try
{
    if (EngineLibrary.OpenStandardStreams() < 0)
    {
        Diagnostics.Fail(ExitCode.SystemRefused, "a standard stream is closed, and /dev/null cannot be opened instead"u8);
    }

    Posix.IgnoreSignal(Posix.SignalPipe); // a write to a peer that is gone has to fail, not kill
    EvaluatorOptions options = CommandLine.Parse(args);
    Diagnostics.Level = options.DebugLevel;
    Posix.Exit((int)Run(options));
}
catch (UsageException e)
{
    Diagnostics.Fail(ExitCode.Refused, e.Message);
}
catch (OutOfMemoryException)
{
    Diagnostics.Fail(ExitCode.OutOfMemory, "out of memory: the host"u8);
}
catch (Exception e)
{
    Diagnostics.Fail(ExitCode.InternalFault, e.ToString());
}

ExitCode Run(EvaluatorOptions options)
{
    if (options.Help)
    {
        Console.WriteLine(CommandLine.Help);
        return ExitCode.Done;
    }

    if (options.Version)
    {
        string? own = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        Console.WriteLine($"dcp-evaluator {own} (V8 {ScriptEngine.Version})");
        return ExitCode.Done;
    }

    if (Posix.UserId() == 0 || Posix.EffectiveUserId() == 0)
    {
        if (!options.AllowRoot)
        {
            Diagnostics.Error("refuses to run as root, since a fault in V8 would give away the whole machine; use an ordinary user, or --allow-root in a container");
            return ExitCode.Refused;
        }

        Diagnostics.Warning("running as root (--allow-root): a fault in V8 gives away everything this root can reach");
    }

    if (options.ParentPid is int parent && EngineLibrary.DieWithParent(parent) < 0)
    {
        Diagnostics.Error($"process {parent} is not the parent, or has gone");
        return ExitCode.SystemRefused;
    }

    return options.Port is null ? StandardStreamsHost.Run(options) : ConnectionListener.Run(options, args);
}
