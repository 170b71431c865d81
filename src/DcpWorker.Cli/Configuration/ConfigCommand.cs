using System.CommandLine;

namespace DcpWorker.Cli.Configuration;

/// <summary><c>dcp-worker config</c>: reads and changes the configuration.</summary>
internal static class ConfigCommand
{
    /// <summary>The folder of the site form; the same option wherever the configuration is read.</summary>
    public static Option<string?> RootOption() => new("--config-root")
    {
        Description = "Folder of dcp-default-config.js and dcp-site-config.js. Default: DCP_CONFIG_ROOT, else /opt/dcp/etc.",
        HelpName = "DIR",
    };

    public static Command Create() => new("config", "Reads and changes the configuration.") { ConfigGetCommand.Create(), ConfigSetCommand.Create() };
}
