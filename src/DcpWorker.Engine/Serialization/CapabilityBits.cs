namespace DcpWorker.Engine.Serialization;

/// <summary>Capabilities between bits and the object <c>{engine:{v8…},environment:{…},KVINv9}</c>.</summary>
public static class CapabilityBits
{
    private static readonly (string[] Path, JobCapabilities Bit)[] Table =
    [
        (["engine", "v8"], JobCapabilities.EngineV8),
        (["engine", "spidermonkey"], JobCapabilities.EngineSpiderMonkey),
        (["engine", "browser"], JobCapabilities.EngineBrowser),
        (["environment", "offscreenCanvas"], JobCapabilities.OffscreenCanvas),
        (["environment", "fdlibm"], JobCapabilities.Fdlibm),
        (["environment", "webgpu"], JobCapabilities.WebGpu),
        (["KVINv9"], JobCapabilities.KvinV9),
    ];

    /// <summary>The bits of those members that are truthy.</summary>
    public static JobCapabilities FromJs(JsValue capabilities)
    {
        JobCapabilities bits = JobCapabilities.None;
        foreach ((string[] path, JobCapabilities bit) in Table)
        {
            bits |= path.Aggregate(capabilities, (o, name) => o[name]).IsTruthy ? bit : JobCapabilities.None;
        }

        return bits;
    }

    /// <summary>The object with every member true or false.</summary>
    public static JsObject ToJs(JobCapabilities capabilities)
    {
        JsObject o = [];
        foreach ((string[] path, JobCapabilities bit) in Table)
        {
            JsObject parent = o;
            if (path.Length > 1)
            {
                if (o[path[0]] is not JsObject group)
                {
                    o[path[0]] = group = [];
                }

                parent = group;
            }

            parent[path[^1]] = capabilities.HasFlag(bit);
        }

        return o;
    }
}
