namespace DcpWorker.Engine.Services.Registration;

/// <summary>How a service is to be run. What is null or empty is as the platform has it for a packaged installation.</summary>
public sealed record ServiceOptions
{
    /// <summary>Which service.</summary>
    public required DcpService Service { get; init; }

    /// <summary>Absolute path of dcp-worker.</summary>
    public required string Program { get; init; }

    /// <summary>Arguments for it, after those that every such service has.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// The user that it runs as, who must exist. Default: <c>dcp</c>; on macOS <c>_dcp</c>; on Windows the virtual account
    /// <c>NT SERVICE\</c>name, which the system makes.
    /// </summary>
    public string? User { get; init; }

    /// <summary>Folder of keystores, identity and what must survive a restart. Default: as packaged, <c>/opt/dcp/.dcp</c>.</summary>
    public string? ResourceDirectory { get; init; }

    /// <summary>Folder of the site's configuration; null: the program's own choice.</summary>
    public string? ConfigRoot { get; init; }

    /// <summary>Whether it is started with the machine.</summary>
    public bool StartAtBoot { get; init; } = true;
}
