using System.Security.Cryptography;
using System.Text;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// The worker's id at the scheduler: 22 characters of <c>[0-9A-Za-z]</c>, the same after every start. Each worker that shares a
/// folder has one of its own, whose file is locked as long as it is in use: with the first request of a worker the scheduler takes
/// back all slices of its id.
/// </summary>
internal sealed class WorkerId : IDisposable
{
    /// <summary>Workers that share a folder have a file each; more than this many have another id after every start.</summary>
    private const int MaxFiles = 64;

    private const int Length = 22;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly FileStream? _file;

    private WorkerId(string value, FileStream? file) => (Value, _file) = (value, file);

    /// <summary>The id.</summary>
    public string Value { get; }

    /// <summary>Takes the first id kept in a folder that no worker uses; makes one when there is none or what is there is damaged.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static WorkerId Take(string resourceDirectory)
    {
        Directory.CreateDirectory(resourceDirectory);
        for (int i = 1; i <= MaxFiles; i++)
        {
            if (TryOpen(Path.Combine(resourceDirectory, i == 1 ? "worker.id" : $"worker-{i}.id")) is { } file)
            {
                return Take(file);
            }
        }

        return new WorkerId(New(), null);
    }

    /// <summary>Lets another worker have the id.</summary>
    public void Dispose() => _file?.Dispose();

    private static WorkerId Take(FileStream file)
    {
        try
        {
            if (Read(file) is { } known)
            {
                return new WorkerId(known, file);
            }

            string id = New();
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(id + "\n"));
            file.Flush(flushToDisk: true);
            return new WorkerId(id, file);
        }
        catch (Exception)
        {
            file.Dispose();
            throw;
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        }
        catch (UnauthorizedAccessException) when (File.Exists(path))
        {
            return TryOpenToRead(path);
        }
        catch (IOException)
        {
            // a worker that is running has its file locked: the next one is taken
            return null;
        }
    }

    /// <summary>An id that was put there for this worker, and not to be changed.</summary>
    private static FileStream? TryOpenToRead(string path)
    {
        try
        {
            return Open(path, FileMode.Open, FileAccess.Read);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(path, new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, BufferSize = 0 });

    private static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    private static string? Read(FileStream file)
    {
        byte[] start = new byte[Length + 8];
        string text = Encoding.ASCII.GetString(start, 0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)).Trim();
        return text.Length == Length && text.All(char.IsAsciiLetterOrDigit) ? text : null;
    }
}
