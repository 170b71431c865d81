using System.Security.Cryptography;
using System.Text;

namespace DcpWorker.Engine.Services.Registration;

/// <summary>A comment in a definition that tells whether it is still as this program has written it.</summary>
internal static class FileStamp
{
    private const string Start = "Written by 'dcp-worker service install' sha256:";

    /// <summary>The comment's text for a file that would otherwise read <paramref name="text"/>.</summary>
    public static string For(string text) => Start + Hash(text);

    /// <summary>Whether nobody has changed a file since it was written.</summary>
    public static bool IsIntact(string text)
    {
        string[] lines = text.Split('\n');
        int line = Array.FindIndex(lines, l => l.Contains(Start, StringComparison.Ordinal));
        return line >= 0 && lines[line].Contains(For(string.Join('\n', lines.Where((_, i) => i != line))), StringComparison.Ordinal);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
