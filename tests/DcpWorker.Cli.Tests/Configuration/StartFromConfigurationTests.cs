using System.Diagnostics;
using DcpWorker.Engine.Children;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Configuration;

/// <summary>Programs that are started without any option do what the site's file says.</summary>
public sealed class StartFromConfigurationTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();
    private readonly ChildLauncher _launcher = new();
    private readonly List<ChildProgram> _children = [];

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProgram child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        _launcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_slice_is_computed_by_a_worker_and_a_daemon_that_only_a_site_file_tells_where_to_go()
    {
        ChildProgram.GiveToUnprivilegedUser(_folder.Path);
        WriteSite("evaluator: { listen: url('tcp://127.0.0.1:0/'), location: url('tcp://127.0.0.1:0/') }");
        string scheduler = await Launch("dcp-scheduler", "--listen", "127.0.0.1:0", "--data", Path.Combine(_folder.Path, "scheduler")).WaitForAsync("listening on ", Limit, default);
        string daemon = await Launch("dcp-inet-daemon").WaitForAsync("listening on ", Limit, default);
        WriteSite(
            $$"""
            scheduler: { location: url('{{scheduler}}') },
            evaluator: { listen: url('{{daemon}}'), location: url('{{daemon}}') },
            worker: { maxSandboxes: 1, paymentAddress: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf' },
            """);
        ChildProgram worker = Launch("dcp-worker", "start");
        Assert.Equal("1", await worker.WaitForAsync("Sandboxes  ", Limit, default));

        Tool tool = new(_folder);
        string work = _folder.Write("work.js", "x => { progress(); return x * x; }");
        string keystore = await TestKeystore.WriteAsync(_folder);
        Finished run = await tool.RunAsync("job", "run", work, "--range", "7..7", "--account", keystore);

        Assert.Equal(["49"], run.Lines);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_schedulers_own_configuration_lies_beneath_the_sites()
    {
        ChildProgram.GiveToUnprivilegedUser(_folder.Path);
        string scheduler = await Launch("dcp-scheduler", "--listen", "127.0.0.1:0", "--data", Path.Combine(_folder.Path, "scheduler")).WaitForAsync("listening on ", Limit, default);
        WriteSite($"scheduler: {{ location: url('{scheduler}'), services: {{ jobSubmit: {{ location: url('http://127.0.0.1:1/mine') }} }} }}");
        string[] keys = ["scheduler.services.jobSubmit.location.href", "scheduler.services.taskDistributor.location.protocol"];

        Tool tool = new(_folder);
        Finished local = await tool.RunAsync(["config", "get", .. keys]);
        Finished merged = await tool.RunAsync(["config", "get", "--remote", "--origins", .. keys]);

        Assert.Equal(["\"http://127.0.0.1:1/mine\"", "undefined"], local.Lines);
        Assert.Matches(@"^""http://127\.0\.0\.1:1/mine"" // .*dcp-site-config\.js", merged.Lines[0]);
        Assert.Equal($"\"http:\" // {scheduler}", merged.Lines[1]);
    }

    private void WriteSite(string members) => _folder.Write("dcp-site-config.js", $"{{\n{members}\n}}\n");

    private ChildProgram Launch(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(Built.Program(program), arguments);
        foreach (string name in (string[])["HOME", "DCP_RESOURCE_DIR", "DCP_ETCDIR", "DCP_CONFIG_ROOT"])
        {
            start.Environment[name] = _folder.Path;
        }

        start.Environment.Remove("DCP_SCHEDULER_LOCATION");
        start.Environment["DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION"] = "1";
        ChildProgram child = _launcher.Start(start, new ChildProgramOptions { IsUnprivileged = true });
        _children.Add(child);
        return child;
    }
}
