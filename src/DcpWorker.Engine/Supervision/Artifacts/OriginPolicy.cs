using System.Collections.Concurrent;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>
/// Which origins may be used for what. An origin is protocol, host and port; paths never matter. The scheduler's own
/// origin, and sub-domains of its host with the same protocol, are allowed for everything but a work function's own
/// <c>fetch</c>.
/// </summary>
internal sealed class OriginPolicy
{
    private readonly Uri _scheduler;
    private readonly HashSet<string> _any;
    private readonly Dictionary<FetchPurpose, HashSet<string>> _byPurpose;
    private readonly ConcurrentDictionary<(string Group, FetchPurpose Purpose, string Origin), bool> _ofGroups = new();

    public OriginPolicy(Uri scheduler, AllowedOrigins allowed)
    {
        _scheduler = scheduler;
        _any = Origins(allowed.Any);
        _byPurpose = new()
        {
            [FetchPurpose.WorkFunction] = Origins(allowed.FetchWorkFunctions),
            [FetchPurpose.Arguments] = Origins(allowed.FetchArguments),
            [FetchPurpose.Data] = Origins(allowed.FetchData),
            [FetchPurpose.SendResults] = Origins(allowed.SendResults),
            [FetchPurpose.Sandbox] = [],
        };
    }

    /// <summary>Whether <paramref name="location"/> may be used for a job of compute group <paramref name="group"/> (its opaque id).</summary>
    public bool IsAllowed(Uri location, FetchPurpose purpose, string? group)
    {
        if (location is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            return false;
        }

        string origin = Origin(location);
        return purpose == FetchPurpose.Module
            || _any.Contains(origin)
            || _byPurpose[purpose].Contains(origin)
            || (purpose != FetchPurpose.Sandbox && IsScheduler(location))
            || (group is not null && _ofGroups.ContainsKey((group, purpose, origin)));
    }

    /// <summary>Takes in what the scheduler allows for its compute groups: <c>{group: {purpose: [origin…]}}</c>.</summary>
    public void AddGroups(JsValue computeGroupOrigins)
    {
        if (computeGroupOrigins is not JsObject groups)
        {
            return;
        }

        foreach ((string group, JsValue purposes) in groups)
        {
            AddGroup(group, purposes);
        }
    }

    /// <summary>Protocol, host and port in lower case.</summary>
    public static string Origin(Uri location) => location.GetLeftPart(UriPartial.Authority).ToLowerInvariant();

    private void AddGroup(string group, JsValue purposes)
    {
        if (purposes is not JsObject named)
        {
            return;
        }

        foreach ((string name, JsValue origins) in named)
        {
            foreach (FetchPurpose purpose in Purposes(name))
            {
                foreach (string text in (origins as JsArray)?.Strings() ?? [])
                {
                    if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && _ofGroups.Count < 10_000)
                    {
                        _ofGroups[(group, purpose, Origin(uri))] = true;
                    }
                }
            }
        }
    }

    private static FetchPurpose[] Purposes(string name) => name switch
    {
        "any" => [FetchPurpose.WorkFunction, FetchPurpose.Arguments, FetchPurpose.Data, FetchPurpose.SendResults, FetchPurpose.Sandbox],
        "fetchWorkFunctions" => [FetchPurpose.WorkFunction],
        "fetchArguments" => [FetchPurpose.Arguments],
        "fetchData" => [FetchPurpose.Data],
        "sendResults" => [FetchPurpose.SendResults],
        _ => [],
    };

    private bool IsScheduler(Uri location) => Origin(location) == Origin(_scheduler)
        || (location.Scheme == _scheduler.Scheme
            && _scheduler.HostNameType == UriHostNameType.Dns
            && location.Host.EndsWith("." + _scheduler.Host, StringComparison.OrdinalIgnoreCase));

    private static HashSet<string> Origins(IEnumerable<Uri> uris) => [.. uris.Select(Origin)];
}
