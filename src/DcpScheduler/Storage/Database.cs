using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace DcpScheduler.Storage;

/// <summary>
/// The SQLite file. Writes queue up for one writer, which puts all that wait into one transaction: under load the
/// cost of a commit is shared, and who waits for <see cref="WriteAsync"/> knows that it is stored. What was
/// committed survives the end of the process, however it ends.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int MaxBatch = 2_000;

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly ILogger _log;
    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(100_000) { SingleReader = true });
    private readonly Task _writing;

    private Database(string connectionString, SqliteConnection writer, ILogger log)
    {
        (_connectionString, _writer, _log) = (connectionString, writer, log);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Opens the file, and makes its tables when it is new.</summary>
    /// <exception cref="StorageException">Not a database of ours, or of a newer version, or not accessible.</exception>
    public static Database Open(string path, ILogger log)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        try
        {
            if (!OperatingSystem.IsWindows() && !File.Exists(path))
            {
                // made by us first, so that no other user can read it
                new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
            }

            SqliteConnection writer = new(connectionString);
            writer.Open();
            Schema.Apply(writer, path);
            return new Database(connectionString, writer, log);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The database {path} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Completes when <paramref name="write"/> is committed; it must only execute statements.</summary>
    /// <exception cref="StorageException">It could not be stored (disk full, say); nothing of it is.</exception>
    public async Task WriteAsync(Action<WriteBatch> write)
    {
        Entry entry = new(write, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _queue.Writer.WriteAsync(entry).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new StorageException("The scheduler is stopping.", e);
        }

        await entry.Done!.Task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="WriteAsync"/> for what may get lost in a crash: nobody waits; a failure is logged.</summary>
    public void Post(Action<WriteBatch> write)
    {
        if (!_queue.Writer.TryWrite(new Entry(write, null)))
        {
            StorageLog.PostDropped(_log);
        }
    }

    /// <summary>Reads from what is committed; other reads and the writer go on meanwhile.</summary>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        using SqliteConnection connection = new(_connectionString);
        connection.Open();
        return read(connection);
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        SqliteConnection.ClearPool(_writer);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAllAsync()
    {
        List<Entry> entries = [];
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            entries.Clear();
            while (entries.Count < MaxBatch && _queue.Reader.TryRead(out Entry? entry))
            {
                entries.Add(entry);
            }

            if (!TryCommit(entries, entries.Count > 1))
            {
                // one of them is at fault: find out which, so that the others do not suffer
                foreach (Entry entry in entries)
                {
                    TryCommit([entry], retryAlone: false);
                }
            }
        }
    }

    private bool TryCommit(IReadOnlyList<Entry> entries, bool retryAlone)
    {
        try
        {
            using SqliteTransaction transaction = _writer.BeginTransaction();
            using WriteBatch batch = new(_writer, transaction);
            foreach (Entry entry in entries)
            {
                entry.Write(batch);
            }

            transaction.Commit();
        }
        catch (Exception e)
        {
            if (!retryAlone)
            {
                StorageLog.WriteFailed(_log, e);
                foreach (Entry entry in entries)
                {
                    entry.Done?.TrySetException(new StorageException($"The scheduler could not store it: {e.Message}", e));
                }
            }

            return !retryAlone;
        }

        foreach (Entry entry in entries)
        {
            entry.Done?.TrySetResult();
        }

        return true;
    }

    private sealed record Entry(Action<WriteBatch> Write, TaskCompletionSource? Done);
}
