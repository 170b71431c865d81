using System.Globalization;
using System.Management.Automation;

namespace DcpWorker.Cmdlets;

/// <summary>
/// Lets a parameter of type <see cref="TimeSpan"/> take a bare number as seconds: PowerShell by itself would take it as
/// ticks, of which nobody thinks. Times before now are refused, however they are given.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        double? seconds = value switch
        {
            byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => null,
        };
        TimeSpan? time = (seconds, value) switch
        {
            ({ } s, _) => Math.Abs(s) <= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(s) : TimeSpan.MinValue,
            (_, TimeSpan t) => t,
            // As PowerShell reads it.
            (_, string text) when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan parsed) => parsed,
            _ => null,
        };
        if (time is null)
        {
            return inputData;
        }

        return time >= TimeSpan.Zero
            ? time
            : throw new ArgumentTransformationMetadataException($"'{value}' is no time to wait. Give a number of seconds from 0 on, or a time such as 00:05:00.");
    }
}
