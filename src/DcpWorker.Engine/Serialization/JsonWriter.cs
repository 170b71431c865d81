using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// Prints a value exactly as V8's <c>JSON.stringify</c> does. Signatures are made over this text and a JavaScript
/// peer checks them by printing again, so one byte of difference gets a message refused.
/// </summary>
public static class JsonWriter
{
    /// <summary>The longest text that is written, in characters.</summary>
    public const int MaxLength = 1 << 29;

    // control characters, quote, backslash, and surrogates, which are escaped when alone
    private static readonly SearchValues<char> MayNeedEscape = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\', .. Enumerable.Range(0xd800, 0x800).Select(c => (char)c)]);

    /// <summary>
    /// The JSON text of <paramref name="value"/>. As in JavaScript, undefined members and symbols are left out (null in
    /// arrays), non-finite numbers print as null, and array indices among the names of an object come first.
    /// </summary>
    /// <exception cref="SerializationException">A big integer, or nested deeper than <see cref="JsonReader.MaxDepth"/> (a cycle).</exception>
    public static string Write(JsValue value)
    {
        StringBuilder output = new();
        Write(output, value);
        return output.ToString();
    }

    /// <summary>As <see cref="Write(JsValue)"/>, appended to <paramref name="output"/>.</summary>
    public static void Write(StringBuilder output, JsValue value) => Write(output, value, 0);

    /// <summary>The JSON text of a string, with its quotes.</summary>
    public static string Quote(string text)
    {
        StringBuilder output = new(text.Length + 2);
        WriteString(output, text);
        return output.ToString();
    }

    private static void Write(StringBuilder output, JsValue value, int depth)
    {
        if (depth > JsonReader.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException($"The value cannot be written as JSON: it is nested deeper than {JsonReader.MaxDepth} levels, or refers to itself.");
        }

        if (output.Length > MaxLength)
        {
            throw new SerializationException($"The value cannot be written as JSON: its text has more than {MaxLength} characters.");
        }

        switch (value)
        {
            case JsString s:
                WriteString(output, s.Value);
                break;
            case JsNumber n:
                WriteNumber(output, n.Value);
                break;
            case JsBoolean b:
                output.Append(b.Value ? "true" : "false");
                break;
            case JsBigInt:
                throw new SerializationException("A big integer cannot be written as JSON.");
            case JsArray array:
                WriteArray(output, array, depth);
                break;
            case IJsonForm form:
                Write(output, form.ToJson(), depth + 1);
                break;
            case JsObject o:
                WriteObject(output, o, depth);
                break;
            default:
                output.Append("null");
                break;
        }
    }

    private static void WriteNumber(StringBuilder output, double number)
    {
        if (double.IsFinite(number))
        {
            EcmaNumber.Append(output, number);
        }
        else
        {
            output.Append("null");
        }
    }

    private static void WriteArray(StringBuilder output, JsArray array, int depth)
    {
        output.Append('[');
        for (int i = 0; i < array.Items.Count; i++)
        {
            if (i > 0)
            {
                output.Append(',');
            }

            Write(output, array.Items[i] ?? JsValue.Null, depth + 1);
        }

        output.Append(']');
    }

    private static void WriteObject(StringBuilder output, JsObject o, int depth)
    {
        output.Append('{');
        bool first = true;
        foreach ((string name, JsValue member) in o.InJsOrder())
        {
            if (member is JsUndefined or JsSymbol)
            {
                continue;
            }

            if (!first)
            {
                output.Append(',');
            }

            first = false;
            WriteString(output, name);
            output.Append(':');
            Write(output, member, depth + 1);
        }

        output.Append('}');
    }

    private static void WriteString(StringBuilder output, string text)
    {
        output.Append('"');
        int start = 0;
        for (int i = NextEscape(text, 0); i < text.Length; i = NextEscape(text, i + 1))
        {
            char c = text[i];
            if (c >= ' ' && c != '"' && c != '\\' && (!char.IsSurrogate(c) || IsPaired(text, i)))
            {
                continue;
            }

            output.Append(text, start, i - start);
            start = i + 1;
            char letter = c switch
            {
                '"' or '\\' => c,
                '\b' => 'b',
                '\t' => 't',
                '\n' => 'n',
                '\f' => 'f',
                '\r' => 'r',
                _ => 'u',
            };
            output.Append('\\').Append(letter);
            if (letter == 'u')
            {
                for (int shift = 12; shift >= 0; shift -= 4)
                {
                    output.Append("0123456789abcdef"[(c >> shift) & 15]);
                }
            }
        }

        output.Append(text, start, text.Length - start).Append('"');
    }

    private static int NextEscape(string text, int from)
    {
        int run = text.AsSpan(from).IndexOfAny(MayNeedEscape);
        return run < 0 ? text.Length : from + run;
    }

    private static bool IsPaired(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);
}
