using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>What a job is computed for.</summary>
public abstract record JobInput
{
    private protected JobInput()
    {
    }

    /// <summary>How many slices it makes.</summary>
    public abstract long Count { get; }

    /// <summary>One slice for each value.</summary>
    public static JobInput Of(IReadOnlyList<JsValue> values) => new ValuesInput(values);

    /// <summary>One slice for each element of a range, which is sent as such.</summary>
    public static JobInput Of(RangeObject range) => new RangeInput(range);
}
