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

    // The way to what we are at, by names and places in lists.
    private readonly Stack<(string? Name, int Index)> _path = [];

    private JobValueWriter()
    {
    }

    /// <summary>The value that <paramref name="value"/> is in JavaScript.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What it is called when there is none.</param>
    /// <exception cref="CmdletException">JobValueInvalid, JobValueCyclic or JobValueTooDeep: there is none.</exception>
    public static JsValue Write(object? value, string what)
    {
        JobValueWriter writer = new();
        try
        {
            return writer.Convert(value);
        }
        catch (CmdletException e)
        {
            throw new CmdletException(e.Code, e.Category, $"{e.Message} That is {writer.Place(what)}.", e.Target, e);
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // Properties that are computed, and lists that are made while they are read, are somebody else's code.
            throw new CmdletException(
                "JobValueInvalid", ErrorCategory.InvalidArgument, $"A value cannot be read, so it cannot be sent with a job: {writer.Place(what)}. {e.Message}", value, e);
        }
    }

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
            // A fraction is what comes nearest, but no digit before its point may get lost.
            decimal n when n is < -MaxSafeInteger or > MaxSafeInteger => throw Unsafe(n),
            byte or sbyte or short or ushort or int or uint or float or double or decimal => System.Convert.ToDouble(plain, CultureInfo.InvariantCulture),
            BigInteger n => new JsBigInt(n),
            DateTime time => LocalDate.From(time),
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
        IDictionary dictionary => Members(Entries(dictionary)),
        PSObject custom => Members(custom.Properties.Select(p => (p.Name, (Func<object?>)(() => p.Value)))),
        IEnumerable items and (ICollection or IEnumerable<object>) => new JsArray(items.Cast<object?>().Select(JsValue? (item, i) => At((null, i), () => item)).ToArray()),
        _ => throw Invalid(container, "Choose what is needed of it: Select-Object Name, Length makes an object of data."),
    };

    private JsObject Members(IEnumerable<(string Name, Func<object?> Value)> members)
    {
        JsObject o = [];
        foreach ((string name, Func<object?> value) in members)
        {
            o[name] = At((name, 0), value);
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

    // After a failure the way stays as it is: it leads to what cannot be sent.
    private JsValue At((string? Name, int Index) step, Func<object?> value)
    {
        _path.Push(step);
        JsValue converted = Convert(value());
        _path.Pop();
        return converted;
    }

    private string Place(string what) => _path.Count == 0 ? what : $"{what}, {OneLine.Of(string.Concat(_path.Reverse().Select(Text)))}";

    // As PowerShell's language has it.
    private static string Text((string? Name, int Index) step) => step switch
    {
        (null, int index) => string.Create(CultureInfo.InvariantCulture, $"[{index}]"),
        ({ Length: > 0 } name, _) when name.All(c => char.IsLetterOrDigit(c) || c == '_') => $".{name}",
        (string name, _) => $"[\"{name}\"]",
    };

    // Not as IEnumerable: a dictionary with types of its own gives pairs there that are no DictionaryEntry.
    private static IEnumerable<(string Name, Func<object?> Value)> Entries(IDictionary dictionary)
    {
        IDictionaryEnumerator entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
        {
            object? value = entries.Value;
            yield return (System.Convert.ToString(entries.Key, CultureInfo.InvariantCulture) ?? "", () => value);
        }
    }

    private static JsNumber Whole<T>(T number, bool isSafe)
        where T : INumber<T> => isSafe ? new JsNumber(double.CreateChecked(number)) : throw Unsafe(number);

    private static CmdletException Unsafe(object number) => Invalid(
        number,
        $"JavaScript's numbers hold whole ones exactly up to {MaxSafeInteger} only: give [bigint] for a BigInt, or [double] if the nearest will do.");

    private static CmdletException Invalid(object value, string why) => new(
        "JobValueInvalid", ErrorCategory.InvalidArgument, $"A value of type {value.GetType()} cannot be sent with a job. {why}", value is SecureString or PSCredential ? null : value);
}
