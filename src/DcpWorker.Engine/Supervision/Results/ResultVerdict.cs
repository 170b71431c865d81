using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>What became of a result.</summary>
/// <param name="Accepted">Whether the scheduler has it.</param>
/// <param name="Answer">The scheduler's answer; undefined when there was none.</param>
/// <param name="Code">Why it was refused or given up.</param>
/// <param name="Message">The same in words.</param>
internal sealed record ResultVerdict(bool Accepted, JsValue Answer, string Code, string Message)
{
    /// <summary>What the slice was paid, in DCC.</summary>
    public decimal? Payment => Answer["slicePaymentAmount"] switch
    {
        JsString s when decimal.TryParse(s.Value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out decimal amount) => amount,
        JsNumber { Value: >= 0 and <= 1e27 } n => (decimal)n.Value,
        _ => null,
    };
}
