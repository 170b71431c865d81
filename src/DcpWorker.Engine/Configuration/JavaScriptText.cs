namespace DcpWorker.Engine.Configuration;

/// <summary>Finding one's way in JavaScript source without evaluating it: blanks, comments, strings, keys, whole expressions.</summary>
internal static class JavaScriptText
{
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

    /// <summary>
    /// Position of the comma or closing bracket that ends the expression starting at <paramref name="at"/>; the text's
    /// length when nothing ends it.
    /// </summary>
    public static int SkipExpression(string text, int at)
    {
        int depth = 0;
        bool operandExpected = true;
        while (at < text.Length)
        {
            int next = SkipBlank(text, at);
            if (next > at)
            {
                at = next;
                continue;
            }

            char c = text[at];
            if (c is '"' or '\'' or '`')
            {
                at = SkipString(text, at);
                operandExpected = false;
                continue;
            }

            if (c == '/' && operandExpected)
            {
                at = SkipRegExp(text, at);
                operandExpected = false;
                continue;
            }

            if (depth == 0 && (c is ',' or '}' or ']' or ')'))
            {
                return at;
            }

            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            operandExpected = !(char.IsLetterOrDigit(c) || c is '_' or '$' or ')' or ']' or '}');
            at++;
        }

        return text.Length;
    }

    /// <summary>Reads a property's key (identifier, string or number); null when there is none of these.</summary>
    public static string? TryReadKey(string text, ref int at)
    {
        int start = at;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            at = SkipString(text, at);
            return at - start >= 2 && !text.AsSpan(start, at - start).Contains('\\') ? text[(start + 1)..(at - 1)] : null;
        }

        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
        {
            at++;
        }

        return at > start ? text[start..at] : null;
    }

    /// <summary>The end of what stands between two positions, less the white space and comments before <paramref name="end"/>.</summary>
    public static int TrimBlankBefore(string text, int start, int end)
    {
        int last = start;
        int at = start;
        while (at < end)
        {
            int next = SkipBlank(text, at);
            if (next >= end)
            {
                break;
            }

            at = text[next] is '"' or '\'' or '`' ? SkipString(text, next) : next + 1;
            last = Math.Min(at, end);
        }

        return last;
    }

    private static bool TrySkipComment(string text, ref int at)
    {
        if (at + 1 >= text.Length || text[at] != '/' || text[at + 1] is not ('/' or '*'))
        {
            return false;
        }

        bool line = text[at + 1] == '/';
        int end = text.IndexOf(line ? "\n" : "*/", at + 2, StringComparison.Ordinal);
        at = end < 0 ? text.Length : end + (line ? 1 : 2);
        return true;
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

    private static int SkipRegExp(string text, int at)
    {
        bool inClass = false;
        for (at++; at < text.Length && text[at] != '\n' && (text[at] != '/' || inClass); at++)
        {
            inClass = text[at] switch { '[' => true, ']' => false, _ => inClass };
            at += text[at] == '\\' ? 1 : 0;
        }

        return Math.Min(at + 1, text.Length);
    }
}
