using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Security;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.JobValues;

/// <summary>
/// PowerShell's data as values of a job: numbers, texts, Booleans and $null as such, dates as Date, byte[] as Uint8Array, [bigint] as
/// BigInt, a time span as its milliseconds, lists as arrays, hashtables and custom objects as objects.
/// </summary>
internal sealed class JobValueWriter
{
    /// <summary>How deep values may be nested.</summary>
    public const int MaxDepth = 100;

    /// <summary>The largest whole number up to which JavaScript's numbers hold every one (Number.MAX_SAFE_INTEGER).</summary>
    private const long MaxSafeInteger = (1L << 53) - 1;

    // What we are inside of: whoever is met again there holds itself.
    private readonly HashSet<object> _ancestors = new(ReferenceEqualityComparer.Instance);

    private JobValueWriter()
    {
    }

    /// <summary>The value that <paramref name="value"/> is in JavaScript.</summary>
    /// <exception cref="CmdletException">JobValueInvalid, JobValueCyclic or JobValueTooDeep: there is none.</exception>
    public static JsValue Write(object? value) => new JobValueWriter().Convert(value);

    private JsValue Convert(object? value)
    {
        object? plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null => JsValue.Null,
            string or char or Guid or Uri or Version or Enum => plain.ToString()!,
            bool b => b,
            SwitchParameter s => s.IsPresent,
            long n => Whole(n, n is >= -MaxSafeInteger and <= MaxSafeInteger),
            ulong n => Whole(n, n <= MaxSafeInteger),
            byte or sbyte or short or ushort or int or uint or float or double or decimal => System.Convert.ToDouble(plain, CultureInfo.InvariantCulture),
            BigInteger n => new JsBigInt(n),
            DateTime time => new JsDate(new DateTimeOffset(time)),
            DateTimeOffset time => new JsDate(time),
            TimeSpan span => span.TotalMilliseconds,
            byte[] bytes => new JsTypedArray(TypedArrayKind.Uint8Array, [.. bytes]),
            SecureString or PSCredential => throw Invalid(plain, "It would be shown to whoever computes the job."),
            ScriptBlock => throw Invalid(plain, "Only the work function is code; give data."),
            _ => Inside(plain, Container),
        };
    }

    private JsValue Container(object container) => container switch
    {
        IDictionary dictionary => Members(dictionary.Cast<DictionaryEntry>().Select(e => (System.Convert.ToString(e.Key, CultureInfo.InvariantCulture) ?? "", e.Value))),
        PSObject custom => Members(custom.Properties.Select(p => (p.Name, (object?)p.Value))),
        IEnumerable items and (ICollection or IEnumerable<object>) => new JsArray(items.Cast<object?>().Select(JsValue? (item) => Convert(item)).ToArray()),
        _ => throw Invalid(container, "Choose what is needed of it: Select-Object Name, Length makes an object of data."),
    };

    private JsObject Members(IEnumerable<(string Name, object? Value)> members)
    {
        JsObject o = [];
        foreach ((string name, object? value) in members)
        {
            o[name] = Convert(value);
        }

        return o;
    }

    private JsValue Inside(object container, Func<object, JsValue> convert)
    {
        if (!_ancestors.Add(container))
        {
            throw new CmdletException("JobValueCyclic", ErrorCategory.InvalidArgument, "A value holds itself, so it cannot be sent with a job.", container);
        }

        if (_ancestors.Count > MaxDepth)
        {
            throw new CmdletException("JobValueTooDeep", ErrorCategory.InvalidArgument, $"A value is nested more than {MaxDepth} levels deep, so it cannot be sent with a job.", container);
        }

        JsValue converted = convert(container);
        _ancestors.Remove(container);
        return converted;
    }

    private static JsNumber Whole<T>(T number, bool isSafe)
        where T : INumber<T> => isSafe
        ? new JsNumber(double.CreateChecked(number))
        : throw Invalid(number, $"JavaScript's numbers hold whole ones exactly up to {MaxSafeInteger} only: give [bigint] for a BigInt, or [double] if the nearest will do.");

    private static CmdletException Invalid(object value, string why) => new(
        "JobValueInvalid", ErrorCategory.InvalidArgument, $"A value of type {value.GetType()} cannot be sent with a job. {why}", value is SecureString or PSCredential ? null : value);
}
