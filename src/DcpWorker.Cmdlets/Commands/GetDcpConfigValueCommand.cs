using System.Management.Automation;
using DcpWorker.Engine.Configuration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Gives values of the configuration in force, as the worker and the inet-daemon of this host read it.</summary>
[Cmdlet(VerbsCommon.Get, "DcpConfigValue", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ConfigValue))]
[OutputType(typeof(string))]
public sealed class GetDcpConfigValueCommand : AsyncCmdlet
{
    private const string KeySet = "Key";
    private const string AllSet = "All";

    private ConfigurationTree? _tree;

    /// <summary>Dotted paths such as <c>scheduler.location</c>; wildcards match keys that have a value of their own.</summary>
    [Parameter(ParameterSetName = KeySet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigKeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Every key that has a value of its own.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>The values alone, without who set them.</summary>
    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    /// <summary>The values as JSON: one text for each key, or one for the whole tree with <c>-All</c>.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <summary>The folder of dcp-default-config.js and dcp-site-config.js; that of the installation unless given here or in DCP_CONFIG_ROOT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConfigRoot { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ConfigurationSources sources = ConfigurationAccess.Sources(FullPath(ConfigRoot));
        Run((output, cancellationToken) => WriteAsync(sources, output, cancellationToken));
    }

    private async Task WriteAsync(ConfigurationSources sources, CmdletOutput output, CancellationToken cancellationToken)
    {
        ConfigurationTree tree = _tree ??= await ReadAsync(sources, output, cancellationToken).ConfigureAwait(false);
        if (All && AsJson)
        {
            await output.WriteObjectAsync(ConfigurationAccess.Json(tree, ""), cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (string key in All ? tree.Keys() : Key)
        {
            if ((All ? [key] : ConfigurationAccess.Find(tree, key)) is not { } paths)
            {
                output.WriteError(ErrorRecords.From(ConfigurationAccess.NotFound(key, tree.Nearest(key))));
                continue;
            }

            foreach (string path in paths)
            {
                await WriteAsync(tree, path, output, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(ConfigurationTree tree, string path, CmdletOutput output, CancellationToken cancellationToken)
    {
        object? written = AsJson ? ConfigurationAccess.Json(tree, path)
            : ValueOnly ? PowerShellValue.From(tree, path)
            : ConfigurationAccess.Describe(tree, path);
        await output.WriteObjectAsync(written!, cancellationToken).ConfigureAwait(false);
    }

    // Once for the cmdlet, however many keys come down the pipeline: its warnings are said once too.
    private static async Task<ConfigurationTree> ReadAsync(ConfigurationSources sources, CmdletOutput output, CancellationToken cancellationToken)
    {
        ConfigurationTree tree = await ConfigurationAccess.ReadAsync(sources, cancellationToken).ConfigureAwait(false);
        foreach (ConfigurationOrigin file in tree.Files)
        {
            output.WriteVerbose($"Read {file}");
        }

        foreach (string warning in tree.Warnings)
        {
            output.WriteWarning(OneLine.Of(warning));
        }

        return tree;
    }
}
