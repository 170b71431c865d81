using System.Diagnostics;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Linux;
using DcpWorker.Engine.Limits;
using DcpWorker.Engine.Tests.Limits;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>A control group for each evaluator: in a folder that looks like one, and in the kernel's own.</summary>
public sealed class EvaluatorCgroupsTests
{
    private const string Mounts = "31 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
    private const string Own = "/sys/fs/cgroup/system.slice/dcp-inet-daemon.service";
    private const int Self = 4711;

    private static readonly EvaluatorLimits Limits = new(96L << 20, 20);

    private readonly FakeLogger _log = new();

    [Fact]
    public void The_daemon_moves_aside_and_each_evaluator_gets_a_group_with_its_limits()
    {
        using FakeRoot root = Delegated("cpuset cpu io memory pids", $"{Self}");
        EvaluatorCgroups groups = EvaluatorCgroups.TryOpen(root.Cgroups(), Limits, Self, _log)!;
        Assert.Equal($"{Self}", root.Text($"{Own}/daemon/cgroup.procs"));
        Assert.Equal("+memory +cpu", root.Text($"{Own}/cgroup.subtree_control"));

        string first = groups.Confine(100)!;
        string second = groups.Confine(101)!;
        Assert.NotEqual(first, second);
        Assert.Equal("101", File.ReadAllText(Path.Combine(second, "cgroup.procs")));
        Assert.Equal($"{96 << 20}", File.ReadAllText(Path.Combine(first, "memory.max")));
        Assert.Equal("0", File.ReadAllText(Path.Combine(first, "memory.swap.max")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(first, "memory.oom.group")));
        Assert.Equal("20", File.ReadAllText(Path.Combine(first, "cpu.weight")));
        Assert.Contains("at most 96 MiB each, weight 20", Assert.Single(_log.Collector.GetSnapshot(), r => r.Level == LogLevel.Information).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_the_kernel_ended_an_evaluator_for_want_of_memory_is_known()
    {
        using FakeRoot root = Delegated("memory", $"{Self}");
        EvaluatorCgroups groups = EvaluatorCgroups.TryOpen(root.Cgroups(), Limits, Self, _log)!;
        string ended = groups.Confine(100)!;
        File.WriteAllText(Path.Combine(ended, "memory.events"), "low 0\nhigh 0\nmax 31\noom 1\noom_kill 1\noom_group_kill 0\n");
        string well = groups.Confine(101)!;
        File.WriteAllText(Path.Combine(well, "memory.events"), "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n");
        string unknown = groups.Confine(102)!;

        Assert.True(groups.Release(ended));
        Assert.False(groups.Release(well));
        Assert.False(groups.Release(unknown));
    }

    [Theory]
    [InlineData("io pids", "4711", "neither memory nor cpu is delegated")]
    [InlineData("memory", "4711\n17", "other processes")]
    public void A_group_that_is_not_all_ours_is_left_alone_and_one_line_says_so(string controllers, string processes, string reason)
    {
        using FakeRoot root = Delegated(controllers, processes);
        Assert.Null(EvaluatorCgroups.TryOpen(root.Cgroups(), Limits, Self, _log));
        Assert.False(Directory.Exists($"{root.Path}{Own}/daemon"));
        Assert.Contains(reason, OnlyLine(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_groups_of_version_2_there_is_one_line_too()
    {
        Assert.Null(EvaluatorCgroups.TryOpen(new CgroupFolders("/nowhere"), Limits, Self, _log));
        Assert.Contains("there are none of version 2", OnlyLine(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_cannot_be_written_is_left_as_it_was()
    {
        using FakeRoot root = Delegated("memory", $"{Self}");
        // a folder in the place of the file: as little can be written to it
        Directory.CreateDirectory($"{root.Path}{Own}/cgroup.subtree_control");
        Assert.Null(EvaluatorCgroups.TryOpen(root.Cgroups(), Limits, Self, _log));
        Assert.Equal($"{Self}", root.Text($"{Own}/cgroup.procs"));
        Assert.NotEmpty(OnlyLine());
    }

    [RealCgroupFact]
    [Trait("Needs", "root")]
    public void The_kernel_takes_processes_into_a_group_and_lets_it_go_when_they_are_gone()
    {
        using RealCgroup group = new();
        using Process holder = group.Start("sleep", "100");
        EvaluatorCgroups groups = EvaluatorCgroups.Open(group.Folder, [], Limits, holder.Id, _log);
        Assert.Equal($"{holder.Id}", File.ReadAllText($"{group.Folder}/daemon/cgroup.procs").Trim());

        using Process evaluator = Process.Start("sleep", "100");
        string its = groups.Confine(evaluator.Id)!;
        Assert.EndsWith(its[RealCgroupFactAttribute.Mount!.Length..], File.ReadAllLines($"/proc/{evaluator.Id}/cgroup").Single(l => l.StartsWith("0::", StringComparison.Ordinal)), StringComparison.Ordinal);
        evaluator.Kill();
        evaluator.WaitForExit();
        Assert.False(groups.Release(its));
        Assert.False(Directory.Exists(its));
        holder.Kill();
        holder.WaitForExit();
    }

    [RealCgroupFact("memory")]
    [Trait("Needs", "root")]
    public async Task The_kernel_ends_what_wants_more_memory_than_its_group_has_and_nothing_else()
    {
        using RealCgroup group = new("memory");
        using Process holder = group.Start("sleep", "100");
        EvaluatorCgroups groups = EvaluatorCgroups.Open(group.Folder, ["memory"], Limits, holder.Id, _log);
        ProcessStartInfo greedy = new("sh", ["-c", "read go; head -c 300m /dev/zero | tail"]) { RedirectStandardInput = true };
        using Process evaluator = Process.Start(greedy)!;
        string its = groups.Confine(evaluator.Id)!;
        await evaluator.StandardInput.WriteLineAsync("go");
        await evaluator.WaitForExitAsync().WaitAsync(TestDaemon.Patience);
        Assert.Equal(128 + 9, evaluator.ExitCode);
        Assert.True(groups.Release(its));
        Assert.False(holder.HasExited);
        holder.Kill();
        holder.WaitForExit();
    }

    private static FakeRoot Delegated(string controllers, string processes) => new(
        Mounts, "0::/system.slice/dcp-inet-daemon.service", ($"{Own}/cgroup.controllers", controllers), ($"{Own}/cgroup.procs", processes));

    private string OnlyLine()
    {
        FakeLogRecord record = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal(LogLevel.Information, record.Level);
        return record.Message;
    }
}
