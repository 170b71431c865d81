using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// Reads JSON as <c>JSON.parse</c> does (RFC 8259; the last of duplicate names wins; lone surrogates are kept), with a
/// bound on depth. It can also hand out the source text of a member, which signatures are checked over.
/// </summary>
public ref struct JsonReader
{
    /// <summary>The deepest nesting that is read or written.</summary>
    public const int MaxDepth = 2000;

    // what ends a run of characters that stand for themselves
    private static readonly SearchValues<char> EndOfRun = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private JsonReader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The value that <paramref name="text"/> describes.</summary>
    /// <exception cref="SerializationException">The text is not JSON, or is nested deeper than <see cref="MaxDepth"/>.</exception>
    public static JsValue Parse(ReadOnlySpan<char> text)
    {
        JsonReader reader = new(text);
        JsValue value = reader.ReadValue(0);
        reader.SkipSpace();
        return reader._at == text.Length ? value : throw reader.Error("unexpected text after the value");
    }

    /// <summary>
    /// The members of the object that <paramref name="text"/> describes, each as its source text, unparsed.
    /// </summary>
    /// <exception cref="SerializationException">The text is not a JSON object.</exception>
    public static Dictionary<string, string> ReadMemberTexts(ReadOnlySpan<char> text)
    {
        JsonReader reader = new(text);
        Dictionary<string, string> members = new(StringComparer.Ordinal);
        reader.SkipSpace();
        reader.Expect('{');
        if (!reader.TryTake('}'))
        {
            do
            {
                string name = reader.ReadName();
                reader.SkipSpace();
                int start = reader._at;
                reader.ReadValue(1);
                members[name] = reader._text[start..reader._at].ToString();
            }
            while (reader.TryTake(','));
            reader.SkipSpace();
            reader.Expect('}');
        }

        reader.SkipSpace();
        return reader._at == text.Length ? members : throw reader.Error("unexpected text after the object");
    }

    private JsValue ReadValue(int depth)
    {
        if (depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error($"nested deeper than {MaxDepth} levels");
        }

        SkipSpace();
        if (_at >= _text.Length)
        {
            throw Error("the text ends where a value should be");
        }

        switch (_text[_at])
        {
            case '{':
                return ReadObject(depth);
            case '[':
                return ReadArray(depth);
            case '"':
                return new JsString(ReadString());
            case 't':
                return ReadWord("true", true);
            case 'f':
                return ReadWord("false", false);
            case 'n':
                return ReadWord("null", JsValue.Null);
            default:
                return ReadNumber();
        }
    }

    private JsObject ReadObject(int depth)
    {
        JsObject o = [];
        Expect('{');
        if (TryTake('}'))
        {
            return o;
        }

        do
        {
            string name = ReadName();
            o[name] = ReadValue(depth + 1);
        }
        while (TryTake(','));
        SkipSpace();
        Expect('}');
        return o;
    }

    private JsArray ReadArray(int depth)
    {
        JsArray array = [];
        Expect('[');
        if (TryTake(']'))
        {
            return array;
        }

        do
        {
            array.Items.Add(ReadValue(depth + 1));
        }
        while (TryTake(','));
        SkipSpace();
        Expect(']');
        return array;
    }

    private string ReadName()
    {
        SkipSpace();
        if (_at >= _text.Length || _text[_at] != '"')
        {
            throw Error("a member's name should be here");
        }

        string name = ReadString();
        SkipSpace();
        Expect(':');
        return name;
    }

    private string ReadString()
    {
        _at++;
        StringBuilder? output = null;
        while (true)
        {
            // whole runs at a time: the strings of a slice may have megabytes
            int run = _text[_at..].IndexOfAny(EndOfRun);
            if (run < 0)
            {
                throw Error("a string has no end");
            }

            ReadOnlySpan<char> plain = _text.Slice(_at, run);
            _at += run;
            switch (_text[_at])
            {
                case '"':
                    _at++;
                    return output is null ? plain.ToString() : output.Append(plain).ToString();
                case '\\':
                    (output ??= new StringBuilder()).Append(plain).Append(ReadEscape());
                    _at++;
                    break;
                default:
                    throw Error("a control character inside a string must be escaped");
            }
        }
    }

    private char ReadEscape()
    {
        _at++;
        if (_at >= _text.Length)
        {
            throw Error("a string has no end");
        }

        switch (_text[_at])
        {
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _at + 4 < _text.Length
                && ushort.TryParse(_text.Slice(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _at += 4;
                return (char)code;
            default: throw Error("unknown escape in a string");
        }
    }

    private JsNumber ReadNumber()
    {
        int start = _at;
        TryTakeHere('-');
        if (!TryTakeHere('0') && TakeDigits() == 0)
        {
            throw Error($"unexpected character '{_text[start]}'");
        }

        if (TryTakeHere('.') && TakeDigits() == 0)
        {
            throw Error("digits must follow a decimal point");
        }

        if (TryTakeHere('e') || TryTakeHere('E'))
        {
            if (!TryTakeHere('+'))
            {
                TryTakeHere('-');
            }

            if (TakeDigits() == 0)
            {
                throw Error("digits must follow an exponent");
            }
        }

        return new JsNumber(double.Parse(_text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private JsValue ReadWord(string word, JsValue value)
    {
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
        {
            throw Error($"unexpected character '{_text[_at]}'");
        }

        _at += word.Length;
        return value;
    }

    private int TakeDigits()
    {
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return _at - start;
    }

    private bool TryTakeHere(char c)
    {
        bool found = _at < _text.Length && _text[_at] == c;
        _at += found ? 1 : 0;
        return found;
    }

    private bool TryTake(char c)
    {
        SkipSpace();
        return TryTakeHere(c);
    }

    private void Expect(char c)
    {
        if (!TryTakeHere(c))
        {
            throw Error($"'{c}' should be here");
        }
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    private readonly SerializationException Error(string what) => new($"Not JSON: {what}, at character {_at}.");
}
