using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Sealing;

/// <summary>Proofs, inside a request, that the keys of other resources than the sender's identity agree to it.</summary>
internal static class ResourceAuthorisation
{
    /// <summary>Most entries that are looked at; each costs a signature check.</summary>
    public const int MaxEntries = 16;

    /// <summary>The <c>allow</c> entries for these keys.</summary>
    public static JsArray Allow(IEnumerable<PrivateKey> resources, Address? guardian, Address accessor) => new(resources.Select(JsValue? (r) => new JsObject
    {
        ["resource"] = r.Address.ToString(),
        ["guardian"] = guardian?.ToString() ?? JsValue.Undefined,
        ["accessor"] = accessor.ToString(),
    }));

    /// <summary>The <c>auth</c> member: each key's signature over the text of the payload.</summary>
    public static JsObject Sign(IEnumerable<PrivateKey> resources, string payloadText)
    {
        JsObject auth = [];
        foreach (PrivateKey resource in resources)
        {
            auth[resource.Address.ToString()] = resource.Sign(payloadText).ToJs();
        }

        return auth;
    }

    /// <summary>The resources whose keys authorise this payload, for us as guardian and the peer as accessor.</summary>
    public static IReadOnlyList<Address> Verify(JsValue payload, string payloadText, JsValue auth, Address guardian, Address accessor)
    {
        if (payload["allow"] is not JsArray { Items.Count: > 0 } allow)
        {
            return [];
        }

        List<Address> verified = [];
        foreach (JsValue? entry in allow.Items.Take(MaxEntries))
        {
            if (entry is not null
                && Address.TryParse(entry["resource"].AsString(), out Address? resource)
                && Address.TryParse(entry["guardian"].AsString(), out Address? guarded) && guarded.Equals(guardian)
                && Address.TryParse(entry["accessor"].AsString(), out Address? accessed) && accessed.Equals(accessor)
                && Signature.FromJs(auth[entry["resource"].AsString()!]) is { } signature
                && resource.Equals(signature.Recover(payloadText)))
            {
                verified.Add(resource);
            }
        }

        return verified;
    }
}
