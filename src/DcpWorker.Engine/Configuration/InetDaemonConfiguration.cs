using System.Net;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>The inet-daemon's part of a configuration, typed.</summary>
public static class InetDaemonConfiguration
{
    // MiB, as the evaluator has them itself
    private const int DefaultMemory = 2048;
    private const int RoomForTheRest = 1024;
    private const int DefaultWeight = 100;

    /// <summary>The options that <paramref name="tree"/> describes, for the evaluators that <paramref name="evaluator"/> starts.</summary>
    /// <exception cref="ConfigurationException">A value of the wrong type or range.</exception>
    public static InetDaemonOptions Read(ConfigurationTree tree, EvaluatorCommand evaluator)
    {
        ConfigurationCheck.Validate(tree);
        ConfigurationValues values = new(tree);
        int maxHeap = values.WholeNumber("inetDaemon.maxHeap") ?? DefaultMemory;
        int maxBuffers = values.WholeNumber("inetDaemon.maxBuffers") ?? DefaultMemory;
        string heap = FormattableString.Invariant($"--max-heap-mb={maxHeap}");
        string buffers = FormattableString.Invariant($"--max-buffer-mb={maxBuffers}");
        InetDaemonOptions defaults = new() { Evaluator = evaluator with { Arguments = [heap, buffers, .. evaluator.Arguments] } };
        return defaults with
        {
            Listen = Listen(tree),
            AllowFrom = List(tree, "inetDaemon.allowFrom", AllowedNetwork.Parse),
            LocalUsers = List(tree, "inetDaemon.localUsers", LocalUser.Parse) is { Count: > 0 } users ? users : null,
            MaxConnections = values.WholeNumber("inetDaemon.maxConnections")
                ?? (WorkerConfiguration.Sandboxes(values) is { } sandboxes ? 2 * sandboxes : defaults.MaxConnections),
            Nice = values.WholeNumber("inetDaemon.nice") ?? defaults.Nice,
            Limits = new EvaluatorLimits(
                (values.WholeNumber("inetDaemon.maxMemory") ?? (maxHeap + maxBuffers + RoomForTheRest)) * 1048576L,
                values.WholeNumber("inetDaemon.cpuWeight") ?? DefaultWeight),
            LockDown = values.Flag("inetDaemon.allowNoLockDown") == true ? LockDownPolicy.Optional : defaults.LockDown,
        };
    }

    /// <summary>Values with a form of their own, each looked at by itself. Users may be made after they are named.</summary>
    internal static IEnumerable<Action<ConfigurationTree>> Details { get; } =
        [tree => Listen(tree), tree => List(tree, "inetDaemon.allowFrom", AllowedNetwork.Parse)];

    private static IPEndPoint Listen(ConfigurationTree tree)
    {
        try
        {
            return ListenAddress.Parse(tree.Get("evaluator.listen").ToString() ?? "");
        }
        catch (InetDaemonException e)
        {
            throw new ConfigurationException($"evaluator.listen: {e.Message}", tree.OriginOf("evaluator.listen"), e);
        }
    }

    /// <summary>A list of texts, each read by <paramref name="read"/>, whose error names the key and its file.</summary>
    private static List<T> List<T>(ConfigurationTree tree, string path, Func<string, T> read)
    {
        try
        {
            return [.. new ConfigurationValues(tree).Texts(path).Select(read)];
        }
        catch (InetDaemonException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}", tree.OriginOf(path), e);
        }
    }
}
