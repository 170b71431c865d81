using System.Globalization;
using System.Text;

namespace DcpWorker.Cmdlets;

/// <summary>
/// Makes text that may come from the network fit for a terminal: one line, without characters that could move the
/// cursor, hide what follows or forge a line.
/// </summary>
internal static class OneLine
{
    private const int Longest = 1000;

    /// <summary>The text on one line, cut when it is very long.</summary>
    public static string Of(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, Longest));
        foreach (char c in text)
        {
            if (line.Length == Longest)
            {
                return line.Append('…').ToString();
            }

            line.Append(CharUnicodeInfo.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => ' ',
                _ => c,
            });
        }

        return line.ToString();
    }
}
