using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Control;

/// <summary>Text that strangers wrote (names of jobs, messages of work functions), made fit to be shown on a terminal.</summary>
internal static class PlainText
{
    /// <summary>One line without control and formatting characters, no longer than <paramref name="maxLength"/> characters and a mark.</summary>
    public static string Of(string text, int maxLength)
    {
        StringBuilder line = new(Math.Min(text.Length, maxLength) + 1);
        foreach (char c in text)
        {
            if (line.Length >= maxLength)
            {
                return line.Append('…').ToString();
            }

            if (char.IsWhiteSpace(c))
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
