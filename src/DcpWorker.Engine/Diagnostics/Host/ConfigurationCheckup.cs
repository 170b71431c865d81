using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Reads the configuration as the worker and the inet-daemon do.</summary>
internal sealed class ConfigurationCheckup(HostExaminationOptions options, CheckRunner runner)
{
    // Whether there is a real one is another check's.
    private static readonly Address SomeAccount = Address.Parse("0x0000000000000000000000000000000000000000");

    /// <summary>The configuration, once it was found to be good enough to go by; else null.</summary>
    public ConfigurationTree? Tree { get; private set; }

    public Task<HostCheck> LookAsync(CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Configuration,
        options.Sources.SiteFile,
        "Correct what the message names; Get-DcpConfigValue -All, or dcp-worker config get --all --origins, shows what is in force.",
        options.Timeout,
        ReadAsync,
        cancellationToken);

    private async Task<Finding> ReadAsync(CancellationToken cancellationToken)
    {
        EvaluatorCommand evaluator = options.Locate();
        ConfigurationTree tree = await ConfigurationReader.ReadAsync(options.Sources, evaluator.Program, cancellationToken).ConfigureAwait(false);
        WorkerConfiguration.Read(tree, SomeAccount, options.Sources.ResourceDirectory);
        InetDaemonConfiguration.Read(tree, evaluator);
        Tree = tree;
        int set = tree.Keys().Count(key => tree.OriginOf(key) is { IsDefault: false });
        return tree.Warnings.Count == 0
            ? Finding.Passed(set == 0 ? "Everything is as shipped." : $"{(set == 1 ? "1 value is" : $"{set} values are")} set by this site, the others are defaults.")
            : Finding.Warning("ConfigurationOdd", string.Join(" ", tree.Warnings), "Correct the configuration where that was not meant.");
    }
}
