using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;

namespace DcpWorker.Cmdlets;

/// <summary>Completes the keys of the configuration: those that are known, and those that this host has besides.</summary>
public sealed class ConfigKeyCompleter : IArgumentCompleter
{
    /// <summary>How long the configuration may take to be read while somebody waits for a key press to take effect.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        Dictionary<string, string> meanings = ConfigurationKeys.All.ToDictionary(k => k.Path, k => k.Meaning);
        WildcardPattern pattern = WildcardPattern.Get(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return [.. meanings.Keys.Concat(KeysOfThisHost(fakeBoundParameters?["ConfigRoot"] as string)).Distinct()
            .Where(pattern.IsMatch)
            .Order(StringComparer.Ordinal)
            .Select(k => new CompletionResult(k, k, CompletionResultType.ParameterValue, meanings.GetValueOrDefault(k, k)))];
    }

    private static List<string> KeysOfThisHost(string? configRoot)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            ConfigurationTree tree = Task.Run(() => ConfigurationAccess.ReadAsync(ConfigurationAccess.Sources(configRoot), limit.Token), limit.Token).GetAwaiter().GetResult();
            return [.. tree.Keys()];
        }
        catch (Exception e) when (e is DcpException or OperationCanceledException)
        {
            // A key press is no place for errors: the command itself will tell. The known keys are completed all the same.
            return [];
        }
    }
}
