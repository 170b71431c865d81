using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Storage;

/// <summary>The scheduler's directory: one process at a time, readable by its user only.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Where the database is.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, "scheduler.db");

    /// <summary>Makes the directory if needed and keeps every other scheduler out of it.</summary>
    /// <exception cref="StorageException">Not usable, or in use by another scheduler.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            path = System.IO.Path.GetFullPath(path);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The data directory {path} cannot be made: {e.Message}", e);
        }

        string lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            // the system lets go of the lock when the process ends, however it ends
            return new DataDirectory(path, new FileStream(lockPath, options));
        }
        catch (IOException e)
        {
            throw new StorageException($"The data directory {path} is in use by another dcp-scheduler. Stop that one, or choose another directory with --data.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"The data directory {path} cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>
    /// The scheduler's key; made at first use. Clients remember its address and refuse to talk when it changes.
    /// </summary>
    /// <exception cref="StorageException">The key file cannot be read or written.</exception>
    public PrivateKey LoadOrCreateKey()
    {
        string path = System.IO.Path.Combine(Path, "scheduler.key");
        try
        {
            if (File.Exists(path))
            {
                return PrivateKey.Parse(File.ReadAllText(path).Trim());
            }

            PrivateKey key = PrivateKey.Create();
            byte[] bytes = new byte[32];
            key.CopyTo(bytes);
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            string half = path + ".new";
            using (FileStream file = new(half, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes("0x" + Convert.ToHexStringLower(bytes) + "\n"));
                file.Flush(flushToDisk: true);
            }

            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
            File.Move(half, path);
            return key;
        }
        catch (KeyFormatException e)
        {
            throw new StorageException($"The file {path} does not hold a key. Restore it from a backup; or delete it, and clients that know this scheduler will have to forget it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The key file {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Lets another scheduler in.</summary>
    public void Dispose() => _lock.Dispose();
}
