using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Configuration;

/// <summary>A host of its own to read a configuration on: folders for etc, site and user, and an environment.</summary>
internal sealed class Site : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Path => _folder.Path;

    public Site()
    {
        Environment["DCP_ETCDIR"] = System.IO.Path.Combine(Path, "etc");
        Environment["DCP_RESOURCE_DIR"] = System.IO.Path.Combine(Path, "home", ".dcp");
        Environment["DCP_CONFIG_ROOT"] = Directory.CreateDirectory(System.IO.Path.Combine(Path, "opt")).FullName;
        // the system's folder for temporary files is open to everybody
        Environment["DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION"] = "1";
    }

    /// <summary>Writes a file, named by its place: etc, program, home, home-program, override or site.</summary>
    public string Write(string place, string text) => _folder.Write(place switch
    {
        "etc" => "etc/dcp/dcp-config.js",
        "program" => "etc/dcp/dcp-worker/dcp-config.js",
        "home" => "home/.dcp/dcp-config.js",
        "home-program" => "home/.dcp/dcp-worker/dcp-config.js",
        "override" => "etc/dcp/override-dcp-config.js",
        "site" => "opt/dcp-site-config.js",
        _ => place,
    }, text);

    public static string Evaluator => Built.Program("dcp-evaluator");

    /// <summary>Writes a shell script that can be run.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public string WriteProgram(string name, string script)
    {
        string path = Write(name, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    public ConfigurationSources Sources => new() { Environment = Environment };

    public Task<ConfigurationTree> ReadAsync() => ReadAsync(Sources);

    public static Task<ConfigurationTree> ReadAsync(ConfigurationSources sources) =>
        ConfigurationReader.ReadAsync(sources, Evaluator, CancellationToken.None);

    public async Task<JsValue> GetAsync(string path) => (await ReadAsync()).Get(path);

    public void Dispose() => _folder.Dispose();
}
