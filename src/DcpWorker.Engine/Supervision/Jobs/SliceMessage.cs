using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>What the scheduler says about a slice: one element of <c>task</c> in the answer to <c>requestTask@3</c>.</summary>
/// <param name="Number">From 1.</param>
/// <param name="DatumLocation">Where its datum is; null when the datum is an element of the job's range.</param>
/// <param name="IsEstimation">Whether it is computed to learn how long slices of the job take.</param>
/// <param name="IsLong">Whether it is expected to take three minutes or more.</param>
/// <param name="CotaskCount">Slices of the same kind that are meant to be computed together.</param>
/// <param name="StorageLocation">Where the result is to be sent; null when the scheduler itself keeps it.</param>
/// <param name="StorageParameters">Form fields to send along; undefined when there are none.</param>
internal sealed record SliceMessage(
    long Number, string? DatumLocation, bool IsEstimation, bool IsLong, int CotaskCount, string? StorageLocation, JsValue StorageParameters)
{
    /// <summary>Reads the message; null when the slice has no usable number.</summary>
    public static SliceMessage? Read(JsValue slice)
    {
        double? number = slice["sliceNumber"].AsNumber();
        if (number is not ({ } n and >= 1 and <= 9_007_199_254_740_991) || n != Math.Floor(n))
        {
            return null;
        }

        bool remote = slice["resultStorageType"].AsString() == "pattern";
        return new SliceMessage(
            (long)n,
            slice["datumUri"].AsString(),
            slice["isEstimationSlice"].IsTruthy,
            slice["isLongSlice"].IsTruthy,
            slice["cotaskCount"].AsInt32() ?? 0,
            remote ? slice["resultStorageDetails"].AsString() ?? "" : null,
            slice["resultStorageParams"]);
    }
}
