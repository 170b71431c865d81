using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Supervision.Support;

/// <summary>A job that a <see cref="CraftedScheduler"/> hands out.</summary>
internal sealed class CraftedJob
{
    public string Id { get; init; } = "jCrafted0000000000000" + Random.Shared.Next(10);

    public string Source { get; init; } = "async (x) => { progress(); return x * 2; }";

    public string? CodeLocation { get; init; }

    public JsArray Arguments { get; init; } = [];

    public JsArray Dependencies { get; init; } = [];

    public JsObject SliceExtras { get; init; } = [];

    /// <summary>Data by slice number less one.</summary>
    public required IReadOnlyList<JsValue> Data { get; init; }

    /// <summary>Where data are instead, if not inline.</summary>
    public Func<int, string>? DatumLocation { get; init; }

    /// <summary>Slices not handed out, in order.</summary>
    public List<int> Waiting { get; } = [];

    public static JsArray ToArray(IEnumerable<JsValue> values)
    {
        JsArray array = new();
        foreach (JsValue value in values)
        {
            array.Add(value);
        }

        return array;
    }

    public JsObject Message() => new()
    {
        ["jobId"] = Id,
        ["jobCgId"] = Id + "-group1",
        ["codeLocation"] = CodeLocation ?? DataUri.Encode(Source),
        ["argumentsLocation"] = Arguments,
        ["worktime"] = new JsObject { ["name"] = "map-basic", ["version"] = "^1.0.0" },
        ["needCapabilities"] = 64,
        ["dependencies"] = Dependencies,
        ["requirePath"] = new JsArray(),
        ["modulePath"] = new JsArray(),
        ["public"] = new JsObject { ["name"] = "crafted job", ["description"] = "", ["link"] = "" },
        ["metrics"] = new JsObject { ["sliceCPUTime"] = 0, ["sliceCPUDensity"] = 1, ["lastSliceNumber"] = Data.Count },
    };

    public JsObject Slice(int number)
    {
        JsObject slice = new()
        {
            ["jobId"] = Id,
            ["sliceNumber"] = number,
            ["datumUri"] = DatumLocation?.Invoke(number) ?? JobValue.ToDataUri(Data[number - 1]),
            ["isEstimationSlice"] = false,
            ["isLongSlice"] = false,
            ["cotaskCount"] = 0,
            ["resultStorageType"] = "values",
        };
        foreach ((string name, JsValue value) in SliceExtras)
        {
            slice[name] = value;
        }

        return slice;
    }
}
