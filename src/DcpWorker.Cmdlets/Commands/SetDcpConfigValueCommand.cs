using System.Management.Automation;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Sets a value in dcp-site-config.js, for those who do not want to write JavaScript. Comments and the rest of the file stay
/// as they are.
/// </summary>
[Cmdlet(VerbsCommon.Set, "DcpConfigValue", SupportsShouldProcess = true)]
[OutputType(typeof(ConfigValue))]
public sealed class SetDcpConfigValueCommand : AsyncCmdlet
{
    private const string DefaultFile = "dcp-default-config.js";
    private const string SiteFile = "dcp-site-config.js";

    /// <summary>The dotted path, such as <c>worker.maxSandboxes</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigKeyCompleter))]
    public string Key { get; set; } = "";

    /// <summary>The value: a number, Boolean, text, URL, list, hashtable or object; $null sets it to undefined.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>The folder of the site's configuration; that of the installation unless given here or in DCP_CONFIG_ROOT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConfigRoot { get; set; }

    /// <summary>Set a key although it is not known here and has no effect.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Write the value that is in force then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            ConfigurationSources sources = ConfigurationAccess.Sources(Folder());
            ConfigurationKey? known = ConfigurationKeys.All.FirstOrDefault(k => k.Path == Key);
            CheckKey(known);
            JsValue value = PowerShellValue.ToJs(Value, known);
            string file = SiteFileOf(sources);
            if (Prove(sources, file, value) is not { } change)
            {
                return;
            }

            string shown = ConfigurationText.ToJson(ConfigurationText.ToData(value, Key, urlsAsText: true), indented: false);
            if (ShouldProcess(file, $"set {Key} to {OneLine.Of(shown)}"))
            {
                Write(change);
                Report(sources, change);
            }
        }
        catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.From(e, (e as CmdletException)?.Target ?? Key));
        }
    }

    private string? Folder()
    {
        string? root = FullPath(ConfigRoot);
        return Path.GetFileName(root) switch
        {
            DefaultFile => throw DefaultFileRefused(root!),
            SiteFile => Path.GetDirectoryName(root),
            _ => root,
        };
    }

    // What does not belong to us may be for another program that reads the same files.
    private void CheckKey(ConfigurationKey? known)
    {
        bool inside = ConfigurationKeys.All.Any(k => k.Type == ConfigurationKeyType.Structure && Key.StartsWith(k.Path + ".", StringComparison.Ordinal));
        if (known is null && !inside && !Force)
        {
            throw ConfigurationAccess.NotFound(Key, NearestNames.Of(Key, ConfigurationKeys.All.Select(k => k.Path), 3));
        }
    }

    private static string SiteFileOf(ConfigurationSources sources)
    {
        string file = sources.SiteFile;
        if (!Directory.Exists(sources.SiteDirectory))
        {
            throw new CmdletException(
                "ConfigRootNotFound",
                ErrorCategory.ObjectNotFound,
                $"There is no folder {sources.SiteDirectory} for {SiteFile}. Make it, or name another with -ConfigRoot.",
                sources.SiteDirectory);
        }

        // A link stays one: what it points to is replaced.
        string target = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName;
        return Path.GetFileName(target) == DefaultFile ? throw DefaultFileRefused(target) : target;
    }

    private static CmdletException DefaultFileRefused(string path) => new(
        "ConfigDefaultFileReadOnly",
        ErrorCategory.InvalidOperation,
        $"{path} is replaced at each update and never changed. Name its folder: what you set goes into {SiteFile} there.",
        path);

    // Null when it was refused, of which the next one of the pipeline knows nothing.
    private SiteConfigurationChange? Prove(ConfigurationSources sources, string file, JsValue value)
    {
        SiteConfigurationChange? change = null;
        Run(async (output, cancellationToken) =>
        {
            try
            {
                change = await SiteConfigurationChange.ProveAsync(
                    sources, file, Key, value, EvaluatorProgram.Locate(path: null).Program, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
            {
                output.WriteError(ErrorRecords.From(e, Key));
            }
        });
        return change;
    }

    private void Write(SiteConfigurationChange change)
    {
        if (change.IsNone)
        {
            WriteVerbose($"{change.File} says so already.");
            return;
        }

        change.Write();
        WriteVerbose($"Wrote {change.File}");
    }

    // The file is one layer of several; it is no use to set what a stronger one sets too.
    private void Report(ConfigurationSources sources, SiteConfigurationChange change)
    {
        if (change.Tree.OriginOf(Key) is { Kind: >= ConfigurationOriginKind.File } origin && origin.Name != sources.SiteFile && origin.Name != change.File)
        {
            WriteWarning($"{Key} is set in {change.File} now, but {OneLine.Of(origin.ToString())} sets it too, and that wins.");
        }

        if (PassThru)
        {
            WriteObject(ConfigurationAccess.Describe(change.Tree, Key));
        }
    }
}
