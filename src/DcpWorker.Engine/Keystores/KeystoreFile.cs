using System.Security.AccessControl;
using System.Security.Principal;
using System.Runtime.Versioning;
using System.Text;

namespace DcpWorker.Engine.Keystores;

/// <summary>Keystore files: readable by their owner only, and written whole or not at all.</summary>
public static class KeystoreFile
{
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    /// <summary>Reads the keystore at <paramref name="path"/>, which may be a pipe; nothing is decrypted.</summary>
    /// <exception cref="KeystoreFileException">The file is missing (ENOENT) or cannot be read (EACCES, EIO).</exception>
    /// <exception cref="KeystoreFormatException">It is not a keystore; the message names the file.</exception>
    public static async Task<Keystore> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            // a pipe may have nobody at its other end: who waits for that can give up, and the thread is left to the pipe
            return Keystore.Parse(await Task.Run(() => ReadText(path), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (KeystoreFormatException e)
        {
            throw new KeystoreFormatException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeystoreFileException("ENOENT", $"There is no keystore at {path}.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Failed("read", path, e);
        }
    }

    /// <summary>
    /// Writes <paramref name="keystore"/> to <paramref name="path"/>: into a temporary file beside it (0600; a directory that is made for it gets
    /// 0700), read and decrypted again as proof, flushed to disk, then renamed. A keystore that is replaced keeps its owner and group, and one
    /// that root makes in another user's folder is that user's (on Linux). A link stays one: what it leads to is replaced.
    /// </summary>
    /// <param name="keystore">The keystore.</param>
    /// <param name="path">Where to.</param>
    /// <param name="passphrase">Its passphrase, for the proof.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced. The key in it is then lost, unless there is a copy.</param>
    /// <param name="progress">Told the part done, 0 to 1: the proof takes as long as any decryption.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <returns>What to warn of, or null.</returns>
    /// <exception cref="KeystoreFileException">There is a file already (EEXIST), or it cannot be written (EACCES, EIO).</exception>
    public static async Task<string?> SaveAsync(
        Keystore keystore,
        string path,
        Passphrase passphrase,
        bool overwrite = false,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            string target = overwrite ? FinalTarget.Of(path) : Path.GetFullPath(path);
            if (!overwrite && Path.Exists(target))
            {
                throw Exists(path, null);
            }

            CreateDirectory(Path.GetDirectoryName(target) ?? throw new IOException("It is not the name of a file."));
            using PendingFile file = new(target, AtomicFile.OwnerOnly, isForFolder: true);
            if (OperatingSystem.IsWindows())
            {
                Restrict(file.Content.Name);
            }

            await file.Content.WriteAsync(Encoding.UTF8.GetBytes(keystore.ToString()), cancellationToken).ConfigureAwait(false);
            await ProveAsync(file.Content, passphrase, progress, cancellationToken).ConfigureAwait(false);
            try
            {
                return file.Place(overwrite) is { } owner
                    ? $"{path} could not be given to user {owner}, for whom it is: that user cannot read it. Type: chown -h {owner} '{path}'"
                    : null;
            }
            catch (IOException e) when (!overwrite && Path.Exists(target))
            {
                throw Exists(path, e);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Failed("written", path, e);
        }
    }

    /// <summary>Whether others than its owner may read the file (Unix modes; false on Windows and when there is no file).</summary>
    public static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0;

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, AtomicFile.OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    // what the disk gives back is what counts, read from the file that was written and not from what has its name now
    private static async Task ProveAsync(FileStream file, Passphrase passphrase, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        file.Position = 0;
        Keystore written = Keystore.Parse(ReadText(file));
        (await written.DecryptAsync(passphrase, progress, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    private static string ReadText(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadText(file);
    }

    private static string ReadText(FileStream file)
    {
        using MemoryStream all = new();
        Span<byte> part = stackalloc byte[4096];
        for (int count = file.Read(part); count > 0; count = file.Read(part))
        {
            all.Write(part[..count]);
            if (all.Length > Keystore.MaxLength)
            {
                throw new KeystoreFormatException($"Not a keystore: it has more than {Keystore.MaxLength} bytes.");
            }
        }

        all.Position = 0;
        using StreamReader reader = new(all, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [SupportedOSPlatform("windows")]
    private static void Restrict(string path)
    {
        using WindowsIdentity owner = WindowsIdentity.GetCurrent();
        FileSecurity security = new();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(owner.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        security.AddAccessRule(new FileSystemAccessRule(new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null), FileSystemRights.FullControl, AccessControlType.Allow));
        new FileInfo(path).SetAccessControl(security);
    }

    private static KeystoreFileException Exists(string path, Exception? e) =>
        new("EEXIST", $"{path} exists already. A keystore is not replaced unless that is asked for: the key in it would be lost.", e);

    private static KeystoreFileException Failed(string what, string path, Exception e) =>
        new(e is UnauthorizedAccessException ? "EACCES" : "EIO", $"The keystore {path} cannot be {what}: {e.Message}", e);
}
