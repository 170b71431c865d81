using System.Security.Cryptography;

namespace DcpWorker.Engine.Supervision;

/// <summary>The worker's id at the scheduler: 22 characters of <c>[0-9A-Za-z]</c>, the same after every start.</summary>
internal static class WorkerId
{
    public const string FileName = "worker.id";
    private const int Length = 22;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Reads the id kept in a folder; makes one when there is none or what is there is damaged.</summary>
    public static string LoadOrCreate(string resourceDirectory)
    {
        Directory.CreateDirectory(resourceDirectory);
        string path = Path.Combine(resourceDirectory, FileName);
        if (Read(path) is { } known)
        {
            return known;
        }

        string id = RandomNumberGenerator.GetString(Alphabet, Length);
        AtomicFile.Write(path, id + "\n");
        return id;
    }

    private static string? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string text = File.ReadAllText(path).Trim();
        return text.Length == Length && text.All(char.IsAsciiLetterOrDigit) ? text : null;
    }
}
