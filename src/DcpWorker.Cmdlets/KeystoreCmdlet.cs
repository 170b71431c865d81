using System.Management.Automation;
using DcpWorker.Engine;

namespace DcpWorker.Cmdlets;

/// <summary>A cmdlet for keystore files that are there: named, matched by wildcards, or the site's own when none is.</summary>
public abstract class KeystoreCmdlet : AsyncCmdlet
{
    internal const string PathSet = "Path";
    internal const string LiteralPathSet = "LiteralPath";

    /// <summary>Keystore files, with wildcards; the site's default.keystore unless given.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeystoreCompleter))]
    public string[]? Path { get; set; }

    /// <summary>Keystore files, taken as they are written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeystoreCompleter))]
    public string[]? LiteralPath { get; set; }

    /// <summary>Does the cmdlet's work on one file, on the pipeline's thread.</summary>
    protected abstract void Process(string path);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<string> given = LiteralPath?.Select(p => FullPath(p)!) ?? Path?.SelectMany(Resolve) ?? [KeystorePaths.Existing];
        foreach (string path in given)
        {
            try
            {
                Process(path);
            }
            catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
            {
                WriteError(ErrorRecords.From(e, (e as CmdletException)?.Target ?? path));
            }
        }
    }

    /// <summary>Runs asynchronous work on one file; its failure is an error that does not end the cmdlet.</summary>
    private protected void Run(string path, string activity, Func<CmdletOutput, KeystoreProgress, CancellationToken, Task> work) => Run(async (output, cancellationToken) =>
    {
        KeystoreProgress progress = new(output, activity, path);
        try
        {
            await work(output, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
        {
            output.WriteError(ErrorRecords.From(e, path));
        }
        finally
        {
            progress.Complete();
        }
    });

    private IEnumerable<string> Resolve(string path)
    {
        // A name without wildcards need not be there: the work itself tells, in the same words for both parameters.
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [FullPath(path)!];
        }

        try
        {
            return SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (ItemNotFoundException)
        {
            // As for every cmdlet with wildcards: nothing matches, nothing is done.
            return [];
        }
    }
}
