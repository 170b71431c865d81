using System.Globalization;
using System.Text.RegularExpressions;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// The input set of a job as a rule: steps between two numbers, their cartesian product, their concatenation, a distribution,
/// or a list. Elements are computed when asked for, so a range of 10^15 elements costs nothing.
/// </summary>
public abstract partial class RangeObject
{
    /// <summary>Most elements that one group of a range may have.</summary>
    internal const int MaxGroup = 10_000_000;

    private const int MaxParts = 1000;
    private const double MaxCount = 9007199254740992;

    private protected RangeObject()
    {
    }

    /// <summary>How many elements there are (groups, in a grouped range).</summary>
    public abstract long Count { get; }

    /// <summary>Element <paramref name="index"/>, from 0.</summary>
    public JsValue this[long index] => index >= 0 && index < Count
        ? Element(index)
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The range has {Count} elements.");

    /// <summary>
    /// A range from <paramref name="start"/> to <paramref name="end"/>, both included. Without <paramref name="step"/> it goes by 1 towards the
    /// end; with <paramref name="group"/> its elements are arrays of that many numbers.
    /// </summary>
    /// <exception cref="SerializationException">The step leads away from the end, or a bound is not finite.</exception>
    public static RangeObject Create(double start, double end, double? step = null, int? group = null) =>
        new StepRange(start, end, step ?? Math.Sign(end - start), group);

    /// <summary>Reads any of the forms that travel (dataRange of a job).</summary>
    /// <exception cref="SerializationException">Not a range, or one that cannot be counted.</exception>
    public static RangeObject Parse(JsValue form)
    {
        if (form is JsArray list)
        {
            return new ListRange(list);
        }

        if (form["ranges"] is JsArray parts)
        {
            return form["sparse"].IsTruthy ? SparseRange.Of(Parts(parts, ParseSteps)) : ProductRange.Of(Parts(parts, ParseFactor));
        }

        return (RangeObject?)TryParseSteps(form) ?? TryParseDistribution(form)
            ?? throw new SerializationException("Not a range: an object with start and end, with ranges, or with length, dist and params is expected.");
    }

    /// <summary>The form that travels.</summary>
    public abstract JsValue ToJs();

    private protected abstract JsValue Element(long index);

    private protected static long Countable(double count) => count >= 0 && count <= MaxCount
        ? (long)count
        : throw new SerializationException("Not a range: it has more elements than can be counted exactly.");

    private static RangeObject[] Parts(JsArray parts, Func<JsValue, RangeObject> parse) => parts.Items.Count is > 0 and <= MaxParts
        ? [.. parts.Items.Select(p => parse(p ?? JsValue.Undefined))]
        : throw new SerializationException($"Not a range: it consists of 1 to {MaxParts} parts.");

    private static RangeObject ParseSteps(JsValue form) =>
        TryParseSteps(form) ?? throw new SerializationException("Not a sparse range: each of its parts must have start and end.");

    private static RangeObject ParseFactor(JsValue form) =>
        (RangeObject?)TryParseSteps(form) ?? (RangeObject?)TryParseDistribution(form) ?? new ListRange(form as JsArray ?? new JsArray(form));

    private static StepRange? TryParseSteps(JsValue form)
    {
        if (form.AsString() is { Length: < 200 } text && StepText().Match(text) is { Success: true } match)
        {
            double[] numbers = [.. match.Groups.Values.Skip(1).Select(g => g.Value == "undefined" ? double.NaN : double.Parse(g.ValueSpan, CultureInfo.InvariantCulture))];
            return new StepRange(numbers[0], numbers[1], numbers[2], double.IsNaN(numbers[3]) ? null : (int)Math.Min(numbers[3], int.MaxValue));
        }

        if (form["start"].AsNumber() is not { } start || form["end"].AsNumber() is not { } end)
        {
            return null;
        }

        JsValue step = form["step"];
        JsValue group = form["group"];
        return new StepRange(
            start,
            end,
            step.IsNullish ? Math.Sign(end - start) : step.AsNumber() ?? double.NaN,
            group.IsNullish ? null : group.AsInt32() ?? 0);
    }

    private static DistributionRange? TryParseDistribution(JsValue form)
    {
        if (form.AsString() is { Length: < 1000 } text && DistributionText().Match(text) is { Success: true } match)
        {
            IEnumerable<double> numbers = match.Groups[3].Value.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => double.TryParse(n, CultureInfo.InvariantCulture, out double number) ? number : double.NaN);
            return new DistributionRange(Countable(double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)), match.Groups[1].Value, [.. numbers], null);
        }

        return form["length"].AsNumber() is { } length && form["dist"].AsString() is { } name && form["params"] is JsArray parameters
            ? new DistributionRange(Countable(Math.Floor(length)), name, [.. parameters.Items.Select(p => p?.AsNumber() ?? double.NaN)], form["values"] as JsArray)
            : null;
    }

    [GeneratedRegex(@"^\[object RangeObject (-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+|undefined)\]$", RegexOptions.CultureInvariant)]
    private static partial Regex StepText();

    [GeneratedRegex(@"^(?:\[object DistributionRange )?(\w+)\((\d{1,16})(?:,([^)]*))?\)\]?$", RegexOptions.CultureInvariant)]
    private static partial Regex DistributionText();
}
