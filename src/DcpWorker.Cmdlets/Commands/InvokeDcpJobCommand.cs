using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Security;
using DcpWorker.Cmdlets.ComputeGroups;
using DcpWorker.Cmdlets.Deployment;
using DcpWorker.Cmdlets.Jobs;
using DcpWorker.Cmdlets.JobValues;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using JobDefinition = DcpWorker.Engine.Deployment.JobDefinition;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Has a JavaScript function computed by the workers of a scheduler, once for each object of the input, and writes the results in the order
/// of the input. Ctrl-C cancels the job at the scheduler.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "DcpJob", SupportsShouldProcess = true, DefaultParameterSetName = WorkFunctionSet)]
[OutputType(typeof(object), typeof(RunJob))]
public sealed class InvokeDcpJobCommand : RunCmdlet
{
    private const string WorkFunctionSet = "WorkFunction";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<object?> _input = [];
    private readonly List<JsValue> _values = [];

    /// <summary>
    /// The work function, one JavaScript function: a text, or a script block, which is taken as text and never run, when PowerShell can
    /// parse it.
    /// </summary>
    [Parameter(ParameterSetName = WorkFunctionSet, Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? WorkFunction { get; set; }

    /// <summary>A file with the work function; wildcards must match one.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Path { get; set; }

    /// <summary>A file with the work function, taken as it is written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string? LiteralPath { get; set; }

    /// <summary>What the work function is computed for, a slice for each object: those of the pipeline, or the elements of what is given here.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>Further arguments of the work function, the same for each slice.</summary>
    [Parameter]
    [ValidateNotNull]
    [AllowEmptyCollection]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Write results as they come in, in any order.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Location of the scheduler; the configuration's unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Scheduler { get; set; }

    /// <summary>Keystore of the account that pays; default.keystore of this user or site unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeystoreCompleter))]
    public string? Keystore { get; set; }

    /// <summary>Passphrase of the keystore; the empty one is tried, then it is asked for, unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>A file whose first line is the passphrase of the keystore.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>Credits (DCC) offered for each slice; 0.001 unless given.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public decimal PricePerSlice { get; set; } = 0.001m;

    /// <summary>The compute groups whose workers may compute it; the public one unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ComputeGroup]
    [ArgumentCompleter(typeof(ComputeGroupCompleter))]
    public ComputeGroupArgument[]? ComputeGroup { get; set; }

    /// <summary>Deployed modules that the work function requires.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Require { get; set; }

    /// <summary>What those who compute it see; the name of the file, or PowerShell, unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Folder of this user's identity; ~/.dcp unless given here or in DCP_RESOURCE_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResourceDirectory { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput)
        {
            Add(InputObject);
        }
        else if (MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            AddEach(InputObject);
        }
        else
        {
            ThrowTerminatingError(ErrorRecords.From(new CmdletException(
                "NoInput", ErrorCategory.InvalidArgument, "There is nothing to compute. Give -InputObject, such as (1..100), or objects by the pipeline: each makes a slice.")));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            Deploy();
        }
        catch (CmdletException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e));
        }
    }

    private void AddEach(object? given)
    {
        object? plain = given is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : given;
        if (plain is IEnumerable many and not (string or IDictionary))
        {
            foreach (object? item in many)
            {
                Add(item);
            }
        }
        else
        {
            Add(given);
        }
    }

    private void Add(object? item)
    {
        try
        {
            _values.Add(JobValueWriter.Write(item, $"datum {_values.Count + 1}"));
            _input.Add(item);
        }
        catch (CmdletException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e));
        }
    }

    private void Deploy()
    {
        (string source, string name) = ReadWorkFunction();
        if (_values.Count == 0)
        {
            WriteVerbose("There is nothing to compute: the input is empty.");
            return;
        }

        // Whoever asks what if is told of them, too.
        JsValue[] arguments = ArgumentList is null ? [] : [.. ArgumentList.Select((a, i) => JobValueWriter.Write(a, $"argument {i + 1}"))];
        if (!ShouldProcess(Scheduler?.OriginalString ?? "the configured scheduler", $"deploy the job '{OneLine.Of(name)}' of {_values.Count} slices for {_values.Count * PricePerSlice:0.########} DCC"))
        {
            return;
        }

        string folder = FullPath(ResourceDirectory) ?? WorkerSettings.ResourceDirectory();
        JobRunOptions options = new()
        {
            Definition = new JobDefinition
            {
                WorkFunction = source,
                Input = JobInput.Of(_values),
                Arguments = arguments,
                Name = name,
                SlicePayment = PricePerSlice,
                Dependencies = Require ?? [],
            },
            Input = _input,
            Account = OpenAccount(folder),
            ResourceDirectory = folder,
            Scheduler = Scheduler,
            ComputeGroups = ComputeGroup is null ? null : [.. ComputeGroup.Select(g => g.WithFullPath(FullPath))],
            IsUnordered = Unordered,
        };
        // Results are what was paid for: a job keeps them all. There is nothing to wait for once it is to stop.
        Start(new JobRun(options), new JobShape("DcpJob", MostObjects: null));
    }

    private (string Source, string Name) ReadWorkFunction()
    {
        string? file = LiteralPath is not null ? FullPath(LiteralPath) : Path is not null ? ResolveOne(Path) : null;
        string text = file is null ? WorkFunction! : ReadFile(file);
        return (
            WorkFunctionText.ToExpression(text) ?? throw new CmdletException("NoWorkFunction", ErrorCategory.InvalidData, file is null ? "The work function is empty." : $"There is no work function in '{file}'.", file),
            Name ?? (file is null ? "PowerShell" : System.IO.Path.GetFileNameWithoutExtension(file)));
    }

    private string ResolveOne(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return FullPath(path)!;
        }

        Collection<string> matching;
        try
        {
            matching = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (ItemNotFoundException)
        {
            matching = [];
        }

        return matching.Count == 1 ? matching[0] : throw new CmdletException(
            matching.Count == 0 ? "WorkFunctionFileNotFound" : "WorkFunctionFileAmbiguous",
            matching.Count == 0 ? ErrorCategory.ObjectNotFound : ErrorCategory.InvalidArgument,
            $"'{path}' matches {matching.Count} files; a job has one work function.",
            path);
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CmdletException("WorkFunctionFileNotFound", ErrorCategory.ObjectNotFound, $"There is no file '{path}' with a work function.", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CmdletException("WorkFunctionFileUnreadable", ErrorCategory.ReadError, $"The work function in '{path}' cannot be read: {e.Message}", path, e);
        }
    }

    private PrivateKey OpenAccount(string folder)
    {
        string path = FullPath(Keystore) ?? KeystorePaths.Existing;
        AccountKey account = new(path, folder);
        using Passphrase? given = PassphraseFile is not null ? Passphrases.FromFile(FullPath(PassphraseFile)!)
            : Passphrase is not null ? Engine.Keystores.Passphrase.FromSecureString(Passphrase)
            : null;
        if ((given is null ? Open(account, Engine.Keystores.Passphrase.Empty, isTrial: true) : Open(account, given, isTrial: false)) is { } key)
        {
            return key;
        }

        using Passphrase typed = Passphrases.Prompt(this, $"Passphrase of {path}", "-Passphrase or -PassphraseFile", twice: false);
        return Open(account, typed, isTrial: false)!;
    }

    // A trial of the empty passphrase may fail: then there is one to be asked for.
    private PrivateKey? Open(AccountKey account, Passphrase passphrase, bool isTrial)
    {
        PrivateKey? key = null;
        Run(async (output, cancellationToken) =>
        {
            try
            {
                key = await account.OpenAsync(passphrase, output, cancellationToken).ConfigureAwait(false);
            }
            catch (WrongPassphraseException) when (isTrial)
            {
                output.WriteDebug("The keystore has a passphrase.");
            }
        });
        return key;
    }
}
