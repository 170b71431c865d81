using System.Net;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>The inet-daemon's part of a configuration, typed.</summary>
public static class InetDaemonConfiguration
{
    /// <summary>The options that <paramref name="tree"/> describes, for the evaluators that <paramref name="evaluator"/> starts.</summary>
    /// <exception cref="ConfigurationException">A value of the wrong type or range.</exception>
    public static InetDaemonOptions Read(ConfigurationTree tree, EvaluatorCommand evaluator)
    {
        ConfigurationCheck.Validate(tree);
        ConfigurationValues values = new(tree);
        string heap = FormattableString.Invariant($"--max-heap-mb={values.WholeNumber("inetDaemon.maxHeap") ?? 2048}");
        string buffers = FormattableString.Invariant($"--max-buffer-mb={values.WholeNumber("inetDaemon.maxBuffers") ?? 2048}");
        InetDaemonOptions defaults = new() { Evaluator = evaluator with { Arguments = [heap, buffers, .. evaluator.Arguments] } };
        return defaults with
        {
            Listen = Listen(tree),
            AllowFrom = [.. values.Texts("inetDaemon.allowFrom").Select(text => Network(tree, text))],
            MaxConnections = values.WholeNumber("inetDaemon.maxConnections")
                ?? (WorkerConfiguration.Sandboxes(values) is { } sandboxes ? 2 * sandboxes : defaults.MaxConnections),
            Nice = values.WholeNumber("inetDaemon.nice") ?? defaults.Nice,
            LockDown = values.Flag("inetDaemon.allowNoLockDown") == true ? LockDownPolicy.Optional : defaults.LockDown,
        };
    }

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

    private static IPNetwork Network(ConfigurationTree tree, string text) =>
        IPNetwork.TryParse(text, out IPNetwork network)
            ? network
            : IPAddress.TryParse(text, out IPAddress? address)
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : throw new ConfigurationException($"inetDaemon.allowFrom: '{text}' is no network, such as 192.168.1.0/24.", tree.OriginOf("inetDaemon.allowFrom"));
}
