using System.Net;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.Tests.Configuration;

public sealed class WorkerConfigurationTests : IDisposable
{
    private static readonly Address Account = Address.Parse("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task The_defaults_of_the_shipped_file_are_those_of_the_options()
    {
        WorkerOptions read = WorkerConfiguration.Read(await _site.ReadAsync(), Account, "/r");
        WorkerOptions built = new()
        {
            Scheduler = new Uri("https://scheduler.distributed.computer/"),
            Evaluator = EvaluatorLocation.Default,
            PaymentAddress = Account,
            ResourceDirectory = "/r",
        };

        Assert.Equal(built.SandboxOptions, read.SandboxOptions);
        Assert.Equal(built.Tuning, read.Tuning);
        Assert.Equal(built.MinimumWage, read.MinimumWage);
        Assert.Equal((built.Scheduler, built.Evaluator, built.Sandboxes, built.CpuUtilization), (read.Scheduler, read.Evaluator, read.Sandboxes, read.CpuUtilization));
        Assert.Equal((built.TrustScheduler, built.LeaveGlobalGroup), (read.TrustScheduler, read.LeaveGlobalGroup));
        Assert.Empty(read.ComputeGroups);
        Assert.Empty(read.JobIds);
        Assert.Null(read.ExitWhenIdle);
        Assert.Null(read.MaxSlices);
    }

    [Fact]
    public async Task Every_key_reaches_the_option_it_is_for()
    {
        _site.Write("site", """
            {
              scheduler: { location: url('http://127.0.0.1:8080/') },
              evaluator: { listen: url('tcp://localhost:9123/'), location: url('tcp://localhost:9123/') },
              inetDaemon: { maxConnections: 5, allowFrom: ['10.1.0.0/16', '::1'], nice: 7, maxHeap: 100, maxBuffers: 50 },
              worker: {
                paymentAddress: '0x1563915e194D8CfBA1943570603F7606A3115508',
                maxSandboxes: 3, utilization: { cpu: 0.5 }, jobIds: ['a', 'b'], leavePublicGroup: true, trustScheduler: false,
                minimumWage: { CPU: 1, GPU: 2, in: 3, out: 4 },
                computeGroups: { mine: { joinKey: 'scott', joinSecret: 'tiger' }, other: { joinKey: 'k', joinHash: 'eh1-00' } },
                allowOrigins: { any: ['https://any.example'], fetchData: [url('https://data.example/')] },
                watchdogInterval: 2.5, exitWhenIdle: 0.5, maxSlices: 9,
              },
              supervisor: { sandbox: { creationTimeout: 1, assignTimeout: 2, progressTimeout: 3, sliceTimeout: 4, progressThrottle: 5, maxSandboxUse: 6 } },
            }
            """);
        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Empty(tree.Warnings);
        WorkerOptions worker = WorkerConfiguration.Read(tree, Account, "/r");

        Assert.Equal("http://127.0.0.1:8080/", worker.Scheduler.AbsoluteUri);
        Assert.Equal(new EvaluatorLocation("localhost", 9123), worker.Evaluator);
        Assert.Equal("0x1563915e194D8CfBA1943570603F7606A3115508", worker.PaymentAddress.ToString());
        Assert.Equal((3, 0.5, true, false), (worker.Sandboxes, worker.CpuUtilization, worker.LeaveGlobalGroup, worker.TrustScheduler));
        Assert.Equal(["a", "b"], worker.JobIds);
        Assert.Equal(new MinimumWage(1, 2, 3, 4), worker.MinimumWage);
        Assert.Equal("eh1-672937c2b944982e071185b888770f8b8ea67c11f56d545e403e0d513c609b87", worker.ComputeGroups[0].JoinHash);
        Assert.Equal(("k", "eh1-00"), (worker.ComputeGroups[1].JoinKey, worker.ComputeGroups[1].JoinHash));
        Assert.Equal([new Uri("https://any.example")], worker.AllowedOrigins.Any);
        Assert.Equal([new Uri("https://data.example/")], worker.AllowedOrigins.FetchData);
        Assert.Equal(TimeSpan.FromSeconds(2.5), worker.Tuning.WatchdogInterval);
        Assert.Equal((TimeSpan.FromSeconds(0.5), 9), (worker.ExitWhenIdle, worker.MaxSlices));
        SandboxOptions sandbox = worker.SandboxOptions;
        Assert.Equal([1, 2, 3, 4, 5], ((TimeSpan[])[sandbox.CreationTimeout, sandbox.AssignTimeout, sandbox.ProgressTimeout, sandbox.SliceTimeout, sandbox.ProgressThrottle]).Select(t => t.TotalSeconds));
        Assert.Equal(6, worker.Tuning.MaxSandboxUses);

        InetDaemonOptions daemon = InetDaemonConfiguration.Read(tree, new EvaluatorCommand { Program = "/e", Arguments = ["f.js"] });
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9123), daemon.Listen);
        Assert.Equal((5, 7), (daemon.MaxConnections, daemon.Nice));
        Assert.Equal([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("::1/128")], daemon.AllowFrom);
        Assert.Equal(["--max-heap-mb=100", "--max-buffer-mb=50", "f.js"], daemon.Evaluator.Arguments);
    }

    [Fact]
    public async Task Without_an_account_there_is_one_clear_error()
    {
        ConfigurationTree tree = await _site.ReadAsync();

        Assert.Contains("worker.paymentAddress", Assert.Throws<ConfigurationException>(() => WorkerConfiguration.Read(tree, null, "/r")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker: { computeGroups: { a: { joinSecret: 's' } } }", "joinKey is missing")]
    [InlineData("worker: { computeGroups: [{ joinKey: 'k' }] }", "neither joinSecret nor joinHash")]
    [InlineData("worker: { allowOrigins: { any: ['nowhere'] } }", "\"nowhere\" is not the URL of a site")]
    [InlineData("worker: { allowOrigins: { fetchData: 'https://x.example' } }", "takes a list of sites")]
    public async Task A_wrong_structure_is_an_error_with_its_place(string member, string message)
    {
        string file = _site.Write("site", $"{{\n {member} }}");
        ConfigurationTree tree = await _site.ReadAsync();

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => WorkerConfiguration.Read(tree, Account, "/r"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(file + ":2: ", e.Message, StringComparison.Ordinal);
    }
}
