using System.Globalization;
using System.Text;

namespace DcpWorker.Cli;

/// <summary>
/// Makes text from the network fit to show: without control characters, which could move the cursor or forge lines.
/// </summary>
internal static class Printable
{
    /// <summary>The text on one line, cut to <paramref name="maxLength"/> characters.</summary>
    public static string Line(string text, int maxLength = 2000)
    {
        StringBuilder line = new(Math.Min(text.Length, maxLength));
        foreach (char c in text)
        {
            if (line.Length == maxLength)
            {
                return line.Append('…').ToString();
            }

            bool separates = c is '\n' or '\t' or '\u2028' or '\u2029';
            if (separates)
            {
                line.Append(' ');
            }
            else if (!char.IsControl(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)
            {
                line.Append(c);
            }
        }

        return line.ToString();
    }
}
