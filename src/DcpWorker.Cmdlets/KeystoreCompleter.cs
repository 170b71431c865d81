using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets;

/// <summary>Completes keystore files: those of the folder that is being typed, and where nothing is typed yet those of this user and the site.</summary>
public sealed class KeystoreCompleter : IArgumentCompleter
{
    private const string Pattern = "*.keystore";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string typed = wordToComplete.Trim('\'', '"');
        IEnumerable<string> own = typed.Length > 0 ? [] : Files(WorkerSettings.ResourceDirectory()).Concat(Files(KeystoreExposure.SiteFolder))
            // The identity is nobody's account.
            .Where(f => Path.GetFileName(f) != IdentityStore.FileName);
        return [.. CompletionCompleters.CompleteFilename(typed)
            .Where(c => c.ResultType == CompletionResultType.ProviderContainer || c.ListItemText.EndsWith(".keystore", StringComparison.OrdinalIgnoreCase))
            .Concat(own.Select(f => new CompletionResult(CompletionText.Quote(f), Path.GetFileName(f), CompletionResultType.ProviderItem, f)))];
    }

    private static string[] Files(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A key press is no place for errors.
            return [];
        }
    }
}
