using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Diagnostics.Host;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Configuration;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>A host on which a worker would work: scheduler, inet-daemon, configuration and account. A test breaks one of them.</summary>
internal sealed class HostSite : IDisposable
{
    private readonly Site _site = new();
    private readonly HostPeers _peers;

    public HostSite(HostPeers peers)
    {
        _peers = peers;
        Directory.CreateDirectory(ResourceDirectory);
        Configure("");
    }

    public string ResourceDirectory => _site.Environment["DCP_RESOURCE_DIR"];

    public string Folder => _site.Path;

    /// <summary>Time as this host has it.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Writes the site's file: the locations of the peers, and <paramref name="more"/> after them.</summary>
    public void Configure(string more) => _site.Write(
        "site",
        $"{{ scheduler: {{ location: url('{_peers.Scheduler}') }}, evaluator: {{ listen: url('{_peers.Evaluators}'), location: url('{_peers.Evaluators}') }}, {more} }}");

    public void ConfigureAnew(string text) => _site.Write("site", text);

    public async Task<string> KeystoreAsync(string name, string passphrase = "")
    {
        string path = Path.Combine(ResourceDirectory, name);
        using PrivateKey key = PrivateKey.Create();
        using Passphrase secret = new(passphrase);
        Keystore keystore = await Keystore.CreateAsync(key, secret, new KeystoreOptions { KeyDerivation = KeyDerivation.Network });
        await KeystoreFile.SaveAsync(keystore, path, secret);
        return path;
    }

    /// <summary>Every check but those of evaluators, unless the options are changed.</summary>
    public async Task<IReadOnlyList<HostCheck>> ExamineAsync(Func<HostExaminationOptions, HostExaminationOptions>? change = null)
    {
        HostExaminationOptions options = new()
        {
            Sources = new ConfigurationSources { Environment = _site.Environment },
            Locate = () => BuiltEvaluator.Command,
            RunAs = Environment.IsPrivilegedProcess ? BuiltEvaluator.Nobody : null,
            Timeout = TimeSpan.FromSeconds(60),
            WithEvaluators = false,
            Services = null,
        };
        HostExamination examination = new((change ?? (o => o))(options), Time, NullLogger<HostExamination>.Instance);
        List<HostCheck> checks = [];
        await foreach (HostCheck check in examination.RunAsync())
        {
            checks.Add(check);
        }

        return checks;
    }

    public void Dispose() => _site.Dispose();
}
