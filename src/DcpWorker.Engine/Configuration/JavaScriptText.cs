namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Finding one's way in JavaScript source without evaluating it: tokens, and what is between them. Knows comments, strings,
/// regular expressions, and templates with what is nested in them.
/// </summary>
internal static class JavaScriptText
{
    // what nests deeper is written by no one
    private const int MaxNesting = 100;

    // words after which a slash begins a regular expression: they are no operands
    private static readonly string[] Operators =
        ["return", "typeof", "case", "in", "of", "delete", "void", "instanceof", "new", "do", "else", "yield", "await", "throw", "extends"];

    /// <summary>Position of the next character at or after <paramref name="at"/> that is no white space and in no comment.</summary>
    public static int SkipBlank(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] == '\ufeff')
            {
                at++;
            }
            else if (!TrySkipComment(text, ref at))
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Whether a character ends a line, as JavaScript sees it.</summary>
    public static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    /// <summary>
    /// Position of the comma or closing bracket that ends the expression starting at <paramref name="at"/>; the text's
    /// length when nothing ends it.
    /// </summary>
    /// <param name="text">The source.</param>
    /// <param name="at">Where the expression starts.</param>
    /// <param name="end">One past the last token of the expression.</param>
    /// <param name="operandExpected">Whether the expression is at its start; not when a part of it lies before.</param>
    public static int SkipExpression(string text, int at, out int end, bool operandExpected = true) =>
        SkipExpression(text, at, out end, operandExpected, 0);

    /// <summary>Reads a property's key (identifier, string or number); null when there is none of these, or none that is written as it reads.</summary>
    public static string? TryReadKey(string text, ref int at)
    {
        int start = at;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            at = SkipString(text, at);
            return at - start >= 2 && !text.AsSpan(start, at - start).Contains('\\') ? text[(start + 1)..(at - 1)] : null;
        }

        at = SkipWord(text, at);
        return at > start ? text[start..at] : null;
    }

    /// <summary>
    /// The end of what belongs to the line of <paramref name="at"/>: of the comments after it, those that go on over further lines
    /// included. Stops before whatever else stands there, and before the line's end.
    /// </summary>
    public static int SkipCommentsOfLine(string text, int at)
    {
        int end = at;
        while (at < text.Length && !IsLineEnd(text[at]))
        {
            bool line = at + 1 < text.Length && text[at] == '/' && text[at + 1] == '/';
            if (TrySkipComment(text, ref at))
            {
                end = at;
                if (line)
                {
                    break;
                }
            }
            else if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else
            {
                return end;
            }
        }

        return end;
    }

    private static int SkipExpression(string text, int at, out int end, bool operandExpected, int nesting)
    {
        int depth = 0;
        end = at;
        while ((at = SkipBlank(text, at)) < text.Length)
        {
            char c = text[at];
            if (depth == 0 && (c is ',' or '}' or ']' or ')'))
            {
                return at;
            }

            at = SkipToken(text, at, ref operandExpected, nesting);
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            end = at;
        }

        return text.Length;
    }

    private static int SkipToken(string text, int at, ref bool operandExpected, int nesting)
    {
        char c = text[at];
        if (c is '"' or '\'' or '`')
        {
            operandExpected = false;
            return c == '`' ? SkipTemplate(text, at, nesting) : SkipString(text, at);
        }

        if (c == '/' && operandExpected)
        {
            operandExpected = false;
            return SkipRegExp(text, at);
        }

        int word = SkipWord(text, at);
        if (word > at)
        {
            operandExpected = Operators.Contains(text[at..word]);
            return word;
        }

        operandExpected = c is not (')' or ']' or '}');
        return at + 1;
    }

    // a comment of one line ends before the line's end, which is white space
    private static bool TrySkipComment(string text, ref int at)
    {
        if (at + 1 >= text.Length || text[at] != '/' || text[at + 1] is not ('/' or '*'))
        {
            return false;
        }

        if (text[at + 1] == '/')
        {
            while (at < text.Length && !IsLineEnd(text[at]))
            {
                at++;
            }

            return true;
        }

        int end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
        at = end < 0 ? text.Length : end + 2;
        return true;
    }

    private static int SkipWord(string text, int at)
    {
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
        {
            at++;
        }

        return at;
    }

    private static int SkipString(string text, int at)
    {
        char quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, text.Length);
    }

    private static int SkipTemplate(string text, int at, int nesting)
    {
        if (nesting > MaxNesting)
        {
            return text.Length;
        }

        at++;
        while (at < text.Length && text[at] != '`')
        {
            if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{')
            {
                // what is nested is an expression, which its brace ends
                at += 2;
                while ((at = SkipExpression(text, at, out _, operandExpected: true, nesting + 1)) < text.Length && text[at] != '}')
                {
                    at++;
                }

                at++;
            }
            else
            {
                at += text[at] == '\\' ? 2 : 1;
            }
        }

        return Math.Min(at + 1, text.Length);
    }

    private static int SkipRegExp(string text, int at)
    {
        bool inClass = false;
        for (at++; at < text.Length && !IsLineEnd(text[at]) && (text[at] != '/' || inClass); at++)
        {
            inClass = text[at] switch { '[' => true, ']' => false, _ => inClass };
            at += text[at] == '\\' ? 1 : 0;
        }

        return SkipWord(text, Math.Min(at + 1, text.Length));
    }
}
