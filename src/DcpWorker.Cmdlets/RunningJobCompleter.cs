using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets;

/// <summary>Completes the ids of the jobs that workers of this computer compute at the moment.</summary>
public sealed class RunningJobCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string beginning = wordToComplete.Trim('\'', '"');
        using CancellationTokenSource limit = new(Patience);
        try
        {
            (IReadOnlyList<RunningWorker> workers, _) = Task.Run(() => RunningWorkers.FindAsync(limit.Token)).GetAwaiter().GetResult();
            return [.. workers.SelectMany(w => w.Sandboxes)
                .Where(s => s.JobId?.StartsWith(beginning, StringComparison.Ordinal) == true)
                .DistinctBy(s => s.JobId)
                .Select(s => new CompletionResult(CompletionText.Quote(s.JobId!), s.JobId, CompletionResultType.ParameterValue, s.JobName is { Length: > 0 } name ? OneLine.Of(name) : s.JobId))];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }
}
