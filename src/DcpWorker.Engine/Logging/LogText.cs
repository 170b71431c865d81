using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// Makes any text fit for a log: one line, in which nothing can move a cursor, hide what follows or look like another line.
/// What cannot stay is written as an escape (<c>\n</c>, <c>\u{1b}</c>), so that nothing is lost; secrets are masked.
/// </summary>
public static class LogText
{
    /// <summary>Most characters of a line's text; the rest is cut.</summary>
    public const int MostCharacters = 8192;

    // masking looks at no more than this, so that a text of megabytes costs nothing
    private const int MostExamined = 16 * MostCharacters;

    /// <summary>The text on one line.</summary>
    public static string OneLine(string text) => OneLine(text, MostCharacters);

    /// <summary>The text on one line of at most <paramref name="most"/> characters, and a mark when it was longer.</summary>
    public static string OneLine(string text, int most)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().TrimEnd();
        string examined = trimmed.Length == text.Length && text.Length <= MostExamined
            ? text
            : trimmed[..Math.Min(trimmed.Length, MostExamined)].ToString();
        string masked = LogSecrets.Mask(examined);
        return IsPlain(masked) ? Cut(masked, most) : Escape(masked, most);
    }

    /// <summary>Escapes in JSON text what JSON allows in strings and a viewer of logs might take for the end of a line or worse.</summary>
    public static string EscapeJson(string json)
    {
        if (IsPlain(json))
        {
            return json;
        }

        StringBuilder escaped = new(json.Length + 16);
        foreach (Rune rune in json.EnumerateRunes())
        {
            if (!IsUnsafe(rune))
            {
                escaped.Append(rune);
                continue;
            }

            foreach (char c in rune.ToString())
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return escaped.ToString();
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");

    // what most lines are; everything else takes the longer way
    private static bool IsPlain(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    private static string Escape(string text, int most)
    {
        StringBuilder line = new(Math.Min(text.Length, most) + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                return line.Append('…').ToString();
            }

            Append(line, rune);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                line.Append("\\n");
                break;
            case '\r':
                line.Append("\\r");
                break;
            case '\t':
                line.Append("\\t");
                break;
            case var value when IsUnsafe(rune):
                line.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
                break;
            default:
                line.Append(rune);
                break;
        }
    }

    // a lone surrogate comes as U+FFFD, which is safe
    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
