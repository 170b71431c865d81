using System.CommandLine;

namespace DcpWorker.Cli;

/// <summary>What all verbs have in common: an exit code for everything that can happen.</summary>
internal static class Verb
{
    /// <summary>Makes <paramref name="command"/> run <paramref name="run"/>; what it throws becomes a line on stderr and an exit code.</summary>
    public static Command Runs(this Command command, Func<ParseResult, Task<int>> run)
    {
        command.SetAction((parsed, _) => GuardAsync(run, parsed));
        return command;
    }

    private static async Task<int> GuardAsync(Func<ParseResult, Task<int>> run, ParseResult parsed)
    {
        try
        {
            return await run(parsed);
        }
        catch (Exception e)
        {
            return Failure.Report(e);
        }
    }
}
