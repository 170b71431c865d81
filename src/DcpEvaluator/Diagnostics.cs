using System.Globalization;
using System.Text;
using DcpEvaluator.Native;

namespace DcpEvaluator;

/// <summary>
/// Lines for people, on stderr. What they quote comes from the sandbox, which may be hostile: it gets one line, no
/// control characters (a terminal would obey them), and not for ever. Nothing here allocates from text that is UTF-8
/// already: the collector reads /proc when it runs, which kills a process that is locked down.
/// </summary>
internal static class Diagnostics
{
    private const int MostReports = 200;
    private const int LongestLine = 4096;
    private const int ErrorSeverity = 3, WarningSeverity = 4;
    private static int s_reports;

    /// <summary>Highest syslog severity that is printed.</summary>
    public static int Level { get; set; } = 7;

    public static void Error(string text) => Write(ErrorSeverity, default, Encoding.UTF8.GetBytes(text));

    public static void Warning(string text) => Write(WarningSeverity, default, Encoding.UTF8.GetBytes(text));

    /// <summary>Something that the sandbox did: counted, so that it cannot fill a disk with it.</summary>
    public static void Report(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> text)
    {
        if (s_reports >= MostReports)
        {
            return;
        }

        Write(ErrorSeverity, kind, text);
        if (++s_reports == MostReports)
        {
            Write(WarningSeverity, default, "further reports are left out"u8);
        }
    }

    /// <summary>Says why and ends the process.</summary>
    public static void Fail(ExitCode code, string text) => Fail(code, Encoding.UTF8.GetBytes(text));

    /// <summary>Says why and ends the process; also when it is locked down.</summary>
    public static void Fail(ExitCode code, ReadOnlySpan<byte> text)
    {
        Write(ErrorSeverity, default, text);
        Posix.Exit((int)code);
    }

    private static void Write(int severity, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> text)
    {
        if (severity > Level)
        {
            return;
        }

        Span<byte> line = stackalloc byte[LongestLine];
        int used = 0;
        Append(line, ref used, "dcp-evaluator: "u8);
        Append(line, ref used, kind);
        while (!text.IsEmpty && used < LongestLine - 8)
        {
            _ = Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            ReadOnlySpan<byte> shown =
                rune.Value == '\n' ? "␤"u8 :
                Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate || rune == Rune.ReplacementChar ? "\uFFFD"u8 :
                text[..consumed];
            Append(line, ref used, shown);
            text = text[consumed..];
        }

        Append(line, ref used, text.IsEmpty ? "\n"u8 : "…\n"u8);
        Posix.WriteAll(Posix.StandardError, line[..used]);
    }

    private static void Append(Span<byte> line, ref int used, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[used..]);
        used += text.Length;
    }
}
