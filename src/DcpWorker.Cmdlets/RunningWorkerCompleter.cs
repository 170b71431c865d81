using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets;

/// <summary>Completes the ids of the workers that run here.</summary>
public sealed class RunningWorkerCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            (IReadOnlyList<RunningWorker> workers, _) = Task.Run(() => RunningWorkers.FindAsync(limit.Token)).GetAwaiter().GetResult();
            return [.. workers.Where(w => w.Id.StartsWith(wordToComplete, StringComparison.Ordinal))
                .Select(w => new CompletionResult(w.Id, w.Id, CompletionResultType.ParameterValue, $"{w.State}, process {w.ProcessId} of {w.User}"))];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }
}
