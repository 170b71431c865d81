using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cmdlets.ComputeGroups;

/// <summary>Completes the join keys of the compute groups that the configuration has the secrets of.</summary>
public sealed class ComputeGroupCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string beginning = wordToComplete.Trim('\'', '"');
        return [.. Known().Append(ComputeGroup.Global.JoinKey).Distinct()
            .Where(key => key.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Select(key => new CompletionResult(CompletionText.Quote(key), key, CompletionResultType.ParameterValue, $"compute group {key}"))];
    }

    private static List<string> Known()
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            ConfigurationTree tree = Task.Run(() => ConfigurationAccess.ReadAsync(ConfigurationAccess.Sources(configRoot: null), limit.Token), limit.Token).GetAwaiter().GetResult();
            return [.. WorkerConfiguration.ReadComputeGroups(tree).Select(g => g.JoinKey)];
        }
        catch (Exception e) when (e is DcpException or OperationCanceledException)
        {
            // A key press is no place for errors: the command itself will tell.
            return [];
        }
    }
}
