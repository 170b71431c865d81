using System.Management.Automation.Language;

namespace DcpWorker.Cmdlets;

/// <summary>Makes what a completion inserts one word of PowerShell.</summary>
internal static class CompletionText
{
    /// <summary>The text in quotes when it needs them.</summary>
    public static string Quote(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~')
        ? text
        : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
