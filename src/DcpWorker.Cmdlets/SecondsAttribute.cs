using System.Globalization;
using System.Management.Automation;

namespace DcpWorker.Cmdlets;

/// <summary>
/// Lets a parameter of type <see cref="TimeSpan"/> take a bare number as seconds: PowerShell by itself would take it as
/// ticks, of which nobody thinks.
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
            int or long or double or float or decimal or byte or short => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => null,
        };
        if (seconds is not { } s)
        {
            return inputData;
        }

        return s >= 0 && s <= TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(s)
            : throw new ArgumentTransformationMetadataException($"'{value}' is no number of seconds. Give one from 0 on, or a time such as 00:05:00.");
    }
}
