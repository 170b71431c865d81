using System.Globalization;
using System.Text;
using DcpEvaluator.Native;

namespace DcpEvaluator;

/// <summary>
/// Lines for people, on stderr. What they quote comes from the sandbox, which may be hostile: it gets one line,
/// no control characters (a terminal would obey them), and not for ever.
/// </summary>
internal static class Diagnostics
{
    private const int MostReports = 200;
    private const int LongestText = 2000;
    private static int s_reports;

    /// <summary>Highest syslog severity that is printed.</summary>
    public static int Level { get; set; } = 7;

    public static void Error(string text) => Write(3, text);

    public static void Warning(string text) => Write(4, text);

    /// <summary>Something that the sandbox did: counted, so that it cannot fill a disk with them.</summary>
    public static void Report(string kind, ReadOnlySpan<byte> utf8)
    {
        if (s_reports >= MostReports)
        {
            return;
        }

        Error(kind + Encoding.UTF8.GetString(utf8));
        if (++s_reports == MostReports)
        {
            Warning("further reports are left out");
        }
    }

    /// <summary>Says why and ends the process.</summary>
    public static void Fail(ExitCode code, string text)
    {
        Error(text);
        Posix.Exit((int)code);
    }

    private static void Write(int severity, string text)
    {
        if (severity <= Level)
        {
            Posix.WriteAll(Posix.StandardError, Encoding.UTF8.GetBytes("dcp-evaluator: " + OneLine(text) + "\n"));
        }
    }

    private static string OneLine(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, LongestText));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, LongestText)))
        {
            line.Append(c == '\n' ? '\u2424' : char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '\uFFFD' : c);
        }

        return text.Length > LongestText ? line.Append('…').ToString() : line.ToString();
    }
}
