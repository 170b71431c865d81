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
    /// <param name="Last">Where the value is itself an object literal, one past the last of what it holds (a member or its comma), or past its opening brace; else null.</param>
    public readonly record struct Member(int KeyStart, int ValueStart, int ValueEnd, int? Last)
    {
        /// <summary>Whether the value is itself an object literal.</summary>
        public bool IsObject => Last is not null;
    }

    /// <summary>The literal's members by dotted path; the root is the empty path.</summary>
    public IReadOnlyDictionary<string, Member> Members => _members;

    /// <summary>
    /// Scans <paramref name="text"/>; false when it is not one object literal (statements, say). Of members of the same name the last
    /// one counts, as in JavaScript; a name that is no part of a dotted path is passed over, and so is what is computed or spread.
    /// </summary>
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
        int last = at;
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
                _members[path] = new Member(keyStart, start, at, last);
                return true;
            }

            if (_text[at] == ',')
            {
                last = ++at;
                continue;
            }

            // a bracket that closes what was never opened ends an expression too, and nothing comes after it
            if (!TryScanMember(ref at, ref last, path, depth) || (at < _text.Length && _text[at] is (')' or ']')))
            {
                return false;
            }
        }
    }

    private bool TryScanMember(ref int at, ref int last, string path, int depth)
    {
        int keyStart = at;
        string? key = JavaScriptText.TryReadKey(_text, ref at);
        at = JavaScriptText.SkipBlank(_text, at);
        if (key is null or "" || key.Contains('.', StringComparison.Ordinal) || at >= _text.Length || _text[at] != ':')
        {
            at = JavaScriptText.SkipExpression(_text, keyStart, out last);
            return at < _text.Length;
        }

        string full = path.Length == 0 ? key : $"{path}.{key}";
        Forget(full);
        at = JavaScriptText.SkipBlank(_text, at + 1);
        int valueStart = at;
        if (at < _text.Length && _text[at] == '{')
        {
            if (!TryScanObject(ref at, full, keyStart, depth + 1))
            {
                return false;
            }

            last = at;
            at = JavaScriptText.SkipBlank(_text, at);
            if (at < _text.Length && _text[at] is ',' or '}')
            {
                return true;
            }

            // the object is only the beginning of an expression
            Forget(full);
            at = JavaScriptText.SkipExpression(_text, at, out last, operandExpected: false);
        }
        else
        {
            at = JavaScriptText.SkipExpression(_text, at, out last);
        }

        _members[full] = new Member(keyStart, valueStart, last, Last: null);
        return at < _text.Length;
    }

    // what was there under the same name does not count any more, nor what is in it
    private void Forget(string path)
    {
        if (_members.Remove(path))
        {
            foreach (string inner in _members.Keys.Where(k => k.StartsWith(path + ".", StringComparison.Ordinal)).ToArray())
            {
                _members.Remove(inner);
            }
        }
    }
}
