using System.Diagnostics.CodeAnalysis;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Where things are in the text of a JavaScript object literal: for each dotted path the place of its key and value. It
/// does not evaluate anything; expressions are passed over with their strings, comments and brackets matched.
/// </summary>
internal sealed class ObjectLiteral
{
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly string _text;

    private ObjectLiteral(string text) => _text = text;

    /// <summary>A member of the literal. Positions count UTF-16 units from the start of the text.</summary>
    /// <param name="KeyStart">First character of the key (of the brace, for the root).</param>
    /// <param name="ValueStart">First character of the value.</param>
    /// <param name="ValueEnd">One past the last character of the value.</param>
    /// <param name="IsObject">Whether the value is itself an object literal.</param>
    public readonly record struct Member(int KeyStart, int ValueStart, int ValueEnd, bool IsObject);

    /// <summary>The literal's members by dotted path; the root is the empty path.</summary>
    public IReadOnlyDictionary<string, Member> Members => _members;

    /// <summary>Scans <paramref name="text"/>; false when it is not one object literal (statements, say).</summary>
    public static bool TryScan(string text, [NotNullWhen(true)] out ObjectLiteral? literal)
    {
        literal = new ObjectLiteral(text);
        int at = JavaScriptText.SkipBlank(text, 0);
        if (at >= text.Length || text[at] != '{' || !literal.TryScanObject(ref at, "", at, 0))
        {
            literal = null;
            return false;
        }

        return true;
    }

    /// <summary>The line, from 1, on which the key of <paramref name="path"/> (or of its nearest parent) stands.</summary>
    public int? LineOf(string path)
    {
        for (string p = path; p.Length > 0; p = p[..Math.Max(0, p.LastIndexOf('.'))])
        {
            if (_members.TryGetValue(p, out Member member))
            {
                return _text.AsSpan(0, member.KeyStart).Count('\n') + 1;
            }
        }

        return null;
    }

    private bool TryScanObject(ref int at, string path, int keyStart, int depth)
    {
        int start = at++;
        if (depth > 100)
        {
            return false;
        }

        while (true)
        {
            at = JavaScriptText.SkipBlank(_text, at);
            if (at >= _text.Length)
            {
                return false;
            }

            if (_text[at] == '}')
            {
                at++;
                _members[path] = new Member(keyStart, start, at, IsObject: true);
                return true;
            }

            if (_text[at] == ',')
            {
                at++;
                continue;
            }

            // a bracket that closes what was never opened ends an expression too, and nothing comes after it
            if (!TryScanMember(ref at, path, depth) || (at < _text.Length && _text[at] is (')' or ']')))
            {
                return false;
            }
        }
    }

    private bool TryScanMember(ref int at, string path, int depth)
    {
        int keyStart = at;
        string? key = JavaScriptText.TryReadKey(_text, ref at);
        at = JavaScriptText.SkipBlank(_text, at);
        if (key is null || at >= _text.Length || _text[at] != ':')
        {
            // a spread, a method, a shorthand: nothing with a path of its own
            at = JavaScriptText.SkipExpression(_text, keyStart);
            return at < _text.Length;
        }

        string full = path.Length == 0 ? key : $"{path}.{key}";
        at = JavaScriptText.SkipBlank(_text, at + 1);
        int valueStart = at;
        if (at < _text.Length && _text[at] == '{')
        {
            return TryScanObject(ref at, full, keyStart, depth + 1);
        }

        at = JavaScriptText.SkipExpression(_text, at);
        if (at >= _text.Length)
        {
            return false;
        }

        int end = JavaScriptText.TrimBlankBefore(_text, valueStart, at);
        _members[full] = new Member(keyStart, valueStart, end, IsObject: false);
        return true;
    }
}
