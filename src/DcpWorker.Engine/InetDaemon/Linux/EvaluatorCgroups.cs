using System.Globalization;
using DcpWorker.Engine.Limits;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// A control group for each evaluator, below the group that was delegated to the daemon. The daemon itself moves to a group beside them,
/// since the kernel wants processes in the leaves only ("no internal processes", cgroups(7)).
/// </summary>
internal sealed partial class EvaluatorCgroups
{
    private const string DaemonGroup = "daemon";
    private const string EvaluatorPrefix = "evaluator-";
    private static readonly string[] Wanted = ["memory", "cpu"];

    private readonly string _folder;
    private readonly EvaluatorLimits _limits;
    private readonly ILogger _log;
    private long _last;

    private EvaluatorCgroups(string folder, EvaluatorLimits limits, ILogger log) => (_folder, _limits, _log) = (folder, limits, log);

    /// <summary>Takes the delegated group over; null when there is none, with one line in the log that says what was found.</summary>
    /// <param name="folders">Where this process's groups are.</param>
    /// <param name="limits">What each evaluator may use.</param>
    /// <param name="processId">This process.</param>
    /// <param name="log">Where it logs.</param>
    public static EvaluatorCgroups? TryOpen(CgroupFolders folders, EvaluatorLimits limits, int processId, ILogger log)
    {
        try
        {
            if (folders.Unified is not { } folder)
            {
                LogAbsent(log, "there are none of version 2");
                return null;
            }

            string[] controllers = [.. Wanted.Intersect(Read(folder, "cgroup.controllers"))];
            string[] others = [.. Read(folder, "cgroup.procs").Where(p => p != Number(processId))];
            if (controllers.Length == 0 || others.Length > 0)
            {
                LogAbsent(log, controllers.Length == 0 ? "neither memory nor cpu is delegated" : "other processes are in the same group");
                return null;
            }

            return Open(folder, controllers, limits, processId, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogAbsent(log, e.Message);
            return null;
        }
    }

    /// <summary>Takes a group over that only this process is in.</summary>
    /// <exception cref="IOException">It cannot be written, or the kernel does not want to; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    /// <remarks>Without controllers the groups only hold processes together.</remarks>
    internal static EvaluatorCgroups Open(string folder, IReadOnlyList<string> controllers, EvaluatorLimits limits, int processId, ILogger log)
    {
        TakeOver(folder, controllers, processId);
        EvaluatorCgroups groups = new(folder, limits, log);
        groups.RemoveLeftovers();
        LogPresent(log, string.Join(" and ", controllers), limits.MemoryBytes >> 20, limits.CpuWeight);
        return groups;
    }

    /// <summary>Makes a group for a process and puts it in. The name of the group, or null when that fails: the process then stays where it is.</summary>
    public string? Confine(int processId)
    {
        string group = Path.Combine(_folder, EvaluatorPrefix + Number(Interlocked.Increment(ref _last)));
        try
        {
            Directory.CreateDirectory(group);
            Write(group, "memory.max", Number(_limits.MemoryBytes));
            // else the rest of it would go to the disk, and the machine would crawl
            Write(group, "memory.swap.max", "0");
            Write(group, "memory.oom.group", "1");
            Write(group, "cpu.weight", Number(_limits.CpuWeight));
            File.WriteAllText(Path.Combine(group, "cgroup.procs"), Number(processId));
            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogConfineFailed(_log, processId, e.Message);
            Remove(group);
            return null;
        }
    }

    /// <summary>Removes the group of a process that is gone. Whether the kernel ended it for want of memory.</summary>
    public bool Release(string group)
    {
        bool outOfMemory = Read(group, "memory.events", orNothing: true) is { Length: > 1 } events
            && Array.IndexOf(events, "oom_kill") is >= 0 and int at && at + 1 < events.Length && events[at + 1] != "0";
        Write(group, "cgroup.kill", "1");
        Remove(group);
        return outOfMemory;
    }

    private static void TakeOver(string folder, IReadOnlyList<string> controllers, int processId)
    {
        string own = Path.Combine(folder, DaemonGroup);
        Directory.CreateDirectory(own);
        File.WriteAllText(Path.Combine(own, "cgroup.procs"), Number(processId));
        if (controllers.Count == 0)
        {
            return;
        }

        try
        {
            File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), string.Join(' ', controllers.Select(c => "+" + c)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.WriteAllText(Path.Combine(folder, "cgroup.procs"), Number(processId));
            Directory.Delete(own);
            throw;
        }
    }

    // of a daemon that was killed; a group that is in use stays
    private void RemoveLeftovers()
    {
        foreach (string group in Directory.GetDirectories(_folder, EvaluatorPrefix + "*"))
        {
            Remove(group);
        }
    }

    private void Remove(string group)
    {
        try
        {
            Directory.Delete(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogRemoveFailed(_log, group, e.Message);
        }
    }

    // a controller that was not delegated has no files, and none can be made there
    private static void Write(string group, string file, string value)
    {
        string path = Path.Combine(group, file);
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && !File.Exists(path))
        {
        }
    }

    private static string[] Read(string folder, string file, bool orNothing = false)
    {
        string path = Path.Combine(folder, file);
        return orNothing && !File.Exists(path) ? [] : File.ReadAllText(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(EventId = 340, Level = LogLevel.Information, Message = "Evaluators have control groups of their own ({Controllers}): at most {Mebibytes} MiB each, weight {Weight}")]
    private static partial void LogPresent(ILogger log, string controllers, long mebibytes, int weight);

    [LoggerMessage(EventId = 341, Level = LogLevel.Information, Message = "Evaluators have no control groups of their own, and the limits of their options only: {Reason}")]
    private static partial void LogAbsent(ILogger log, string reason);

    [LoggerMessage(EventId = 342, Level = LogLevel.Warning, Message = "Evaluator {ProcessId} has no control group, and the limits of its options only: {Reason}")]
    private static partial void LogConfineFailed(ILogger log, int processId, string reason);

    [LoggerMessage(EventId = 343, Level = LogLevel.Debug, Message = "The control group {Group} stays: {Reason}")]
    private static partial void LogRemoveFailed(ILogger log, string group, string reason);
}
