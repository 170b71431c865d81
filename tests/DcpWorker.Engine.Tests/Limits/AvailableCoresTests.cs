using System.Diagnostics;
using DcpWorker.Engine.Limits;

namespace DcpWorker.Engine.Tests.Limits;

/// <summary>How many cores there are for us, by recorded files and by real groups.</summary>
public sealed class AvailableCoresTests
{
    // a host with version 2 only, a service in nested slices
    private const string UnifiedMounts = """
        22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
        31 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        """;

    // Docker on a host with version 1: the container sees its own group at the mount point
    private const string DockerMounts = """
        1190 1180 0:34 /docker/6f2a /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,cpu,cpuacct
        1191 1180 0:35 /docker/6f2a /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,memory
        """;

    private const string DockerGroups = """
        5:memory:/docker/6f2a
        4:cpu,cpuacct:/docker/6f2a
        1:name=systemd:/docker/6f2a
        """;

    // both versions, as on a machine whose controllers are still those of version 1
    private const string HybridMounts = """
        31 30 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        34 30 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;

    private const string HybridGroups = """
        4:memory:/process/26fc
        1:cpu:/lim/child
        0::/
        """;

    [Fact]
    public void Without_any_group_the_affinity_counts()
    {
        using FakeRoot root = new("22 1 254:1 / / rw - ext4 /dev/vda1 rw", "");
        Assert.Equal(6, AvailableCores.Of(6, root.Cgroups()));
        Assert.Equal(6, AvailableCores.Of(6, new CgroupFolders("/nowhere")));
    }

    [Theory]
    [InlineData("max 100000", "max 100000", 8)]
    [InlineData("250000 100000", "max 100000", 3)]
    [InlineData("20000 100000", "max 100000", 1)]
    [InlineData("max 100000", "200000 100000", 2)]
    [InlineData("400000 100000", "150000 100000", 2)]
    [InlineData("1600000 100000", "max 100000", 8)]
    [InlineData("nonsense", "", 8)]
    public void Version_2_counts_the_quota_of_the_group_and_of_every_one_around_it(string own, string around, int cores)
    {
        using FakeRoot root = new(
            UnifiedMounts,
            "0::/dcp.slice/dcp-inet-daemon.service",
            ("/sys/fs/cgroup/dcp.slice/dcp-inet-daemon.service/cpu.max", own),
            ("/sys/fs/cgroup/dcp.slice/cpu.max", around));
        Assert.Equal(cores, AvailableCores.Of(8, root.Cgroups()));
    }

    [Fact]
    public void A_container_of_version_1_finds_its_group_at_the_mount_point()
    {
        using FakeRoot root = new(
            DockerMounts, DockerGroups, ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000"), ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000"));
        Assert.Equal(2, AvailableCores.Of(16, root.Cgroups()));
    }

    [Fact]
    public void Version_1_counts_the_groups_around_it_and_minus_one_is_no_quota()
    {
        using FakeRoot root = new(
            HybridMounts,
            HybridGroups,
            ("/sys/fs/cgroup/cpu/lim/child/cpu.cfs_quota_us", "-1"),
            ("/sys/fs/cgroup/cpu/lim/child/cpu.cfs_period_us", "100000"),
            ("/sys/fs/cgroup/cpu/lim/cpu.cfs_quota_us", "50000"),
            ("/sys/fs/cgroup/cpu/lim/cpu.cfs_period_us", "25000"));
        Assert.Equal(2, AvailableCores.Of(4, root.Cgroups()));
        Assert.Equal(root.Path + "/sys/fs/cgroup/unified", root.Cgroups().Unified);
    }

    [Theory]
    [InlineData("0::/../../system.slice")]
    [InlineData("0::/elsewhere")]
    [InlineData("rubbish")]
    public void A_group_that_cannot_be_seen_from_here_is_none(string groups)
    {
        using FakeRoot root = new("31 24 0:26 /pod/one /sys/fs/cgroup\\040x rw - cgroup2 cgroup2 rw", groups);
        Assert.Null(root.Cgroups().Unified);
        Assert.Equal(4, AvailableCores.Of(4, root.Cgroups()));
    }

    [Fact]
    public void A_mount_point_with_a_blank_and_a_part_of_the_hierarchy_is_understood()
    {
        using FakeRoot root = new("31 24 0:26 /pod /sys/fs/cgroup\\040x rw - cgroup2 cgroup2 rw", "0::/pod/one");
        Assert.Equal(root.Path + "/sys/fs/cgroup x/one", root.Cgroups().Unified);
    }

    [Fact]
    public async Task The_cores_of_a_cpuset_are_those_that_taskset_leaves()
    {
        Assert.Equal(1, await CountAsync("taskset", "--cpu-list", FirstCore()));
    }

    [CpuQuotaFact]
    [Trait("Needs", "root")]
    public async Task A_real_quota_of_an_enclosing_group_is_respected()
    {
        // as systemd nests services: the quota is the outer group's, the process is in the inner one
        string outer = $"{CpuQuotaFactAttribute.Folder}/dcp-test-{Guid.NewGuid():N}";
        string inner = $"{outer}/inner";
        Directory.CreateDirectory(inner);
        try
        {
            File.WriteAllText($"{outer}/cpu.cfs_quota_us", "100000");
            Assert.Equal(1, await CountAsync("sh", "-c", $"echo $$ > {inner}/cgroup.procs && exec \"$@\"", "sh"));
        }
        finally
        {
            Directory.Delete(inner);
            Directory.Delete(outer);
        }
    }

    private static string FirstCore() =>
        File.ReadLines("/proc/self/status").Single(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t', ',', '-')[1];

    /// <summary>What a fresh process that is started through these commands takes the number of cores for.</summary>
    private static async Task<int> CountAsync(params string[] through)
    {
        ProcessStartInfo start = new(through[0], [.. through[1..], "dotnet", Path.Combine(AppContext.BaseDirectory, "DaemonHost.dll"), "--cores"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A fact that makes real control groups of version 1 with a quota.</summary>
    private sealed class CpuQuotaFactAttribute : FactAttribute
    {
        public const string Folder = "/sys/fs/cgroup/cpu";

        public CpuQuotaFactAttribute() => Skip = Environment.IsPrivilegedProcess && File.Exists($"{Folder}/cgroup.procs")
            ? null
            : "Only root can make a group with a quota, and only where the cpu controller is one of version 1 at /sys/fs/cgroup/cpu.";
    }
}
