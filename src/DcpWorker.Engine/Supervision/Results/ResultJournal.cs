using System.Text;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>
/// Keeps results that the scheduler has not acknowledged, so that they survive the end of this process. An append-only
/// file of checksummed lines: one when a result is there, one when it is acknowledged; a line that was cut off or damaged
/// is passed over. The file is emptied whenever nothing is pending, and rewritten when it is mostly history. Safe for
/// threads.
/// </summary>
/// <remarks>
/// Nothing is flushed to the disk itself: a killed process loses nothing that it has written, and a power failure costs at
/// most results that the scheduler hands out again.
/// </remarks>
internal sealed partial class ResultJournal : IDisposable
{
    /// <summary>Workers that share a folder have a file each; more than this many do without.</summary>
    private const int MaxFiles = 64;

    /// <summary>A file below this size, in bytes, is never rewritten.</summary>
    private const long MinCompaction = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly string? _path;
    private readonly string _scheduler;
    private readonly long _maxSize;
    private readonly ILogger _log;
    private readonly Dictionary<long, byte[]> _pending = [];
    private FileStream? _file;
    private long _nextId;
    private long _pendingSize;

    private ResultJournal(string? path, FileStream? file, Uri scheduler, long maxSize, ILogger log) =>
        (_path, _file, _scheduler, _maxSize, _log) = (path, file, scheduler.AbsoluteUri, maxSize, log);

    /// <summary>
    /// Opens the journal of this process in a folder and takes over what processes that are no more left there:
    /// <paramref name="left"/> are the results for this scheduler, oldest first. Results older than
    /// <paramref name="maxAge"/> are dropped.
    /// </summary>
    public static ResultJournal Open(
        string folder, Uri scheduler, long maxSize, TimeSpan maxAge, TimeProvider time, ILogger log, out IReadOnlyList<PendingResult> left)
    {
        List<PendingResult> found = [];
        ResultJournal? journal = null;
        Directory.CreateDirectory(folder);
        for (int i = 1; i <= MaxFiles; i++)
        {
            string path = Path.Combine(folder, i == 1 ? "results.journal" : $"results-{i}.journal");
            if (journal is not null && !File.Exists(path))
            {
                continue;
            }

            // a worker that is running has its file locked: the next one is taken
            if (TryOpen(path) is not { } file)
            {
                continue;
            }

            List<JsValue> entries = ReadPending(file, log);
            entries.RemoveAll(e => time.GetUtcNow() - At(e) >= maxAge);
            bool own = journal is null;
            journal ??= new ResultJournal(path, file, scheduler, maxSize, log);
            found.AddRange(journal.TakeOver(entries));
            if (own)
            {
                journal.Rewrite();
            }
            else
            {
                file.Dispose();
                File.Delete(path);
            }
        }

        if (journal is null)
        {
            journal = new ResultJournal(null, null, scheduler, maxSize, log);
            journal.LogNoFile(folder);
        }

        found.Sort((a, b) => a.Created.CompareTo(b.Created));
        left = found;
        return journal;
    }

    /// <summary>Writes a result down and gives it its number. Without room or disk it is kept in memory only.</summary>
    public PendingResult Add(JsObject data, DateTimeOffset created)
    {
        lock (_gate)
        {
            PendingResult result = new(++_nextId, data, created);
            Keep(result.Id, new JsObject { ["id"] = result.Id, ["at"] = created.ToUnixTimeMilliseconds(), ["scheduler"] = _scheduler, ["result"] = data });
            return result;
        }
    }

    /// <summary>The scheduler has the result, or does not want it.</summary>
    public void Remove(PendingResult result)
    {
        lock (_gate)
        {
            if (!_pending.Remove(result.Id, out byte[]? line))
            {
                return;
            }

            _pendingSize -= line.Length;
            if (_pending.Count == 0)
            {
                Try(file => file.SetLength(0));
            }
            else
            {
                Append(JournalLine.Write(JsonWriter.Write(new JsObject { ["done"] = result.Id })));
                if (_file?.Length > Math.Max(MinCompaction, 4 * _pendingSize))
                {
                    Rewrite();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private List<PendingResult> TakeOver(List<JsValue> entries)
    {
        lock (_gate)
        {
            List<PendingResult> found = [];
            foreach (JsValue entry in entries)
            {
                long id = ++_nextId;
                entry["id"] = id;
                Keep(id, entry);
                if (entry["scheduler"].AsString() == _scheduler && entry["result"] is JsObject data)
                {
                    found.Add(new PendingResult(id, data, At(entry)));
                }
            }

            return found;
        }
    }

    private void Keep(long id, JsValue entry)
    {
        byte[] line = JournalLine.Write(JsonWriter.Write(entry));
        if (_pendingSize + line.Length > _maxSize)
        {
            LogFull(_pendingSize);
            return;
        }

        _pending[id] = line;
        _pendingSize += line.Length;
        Append(line);
    }

    private void Append(byte[] line) => Try(file =>
    {
        file.Seek(0, SeekOrigin.End);
        file.Write(line);
        file.Flush();
    });

    /// <summary>Leaves nothing in the file but what is pending; by way of a second file, since half of it must never be there.</summary>
    private void Rewrite()
    {
        lock (_gate)
        {
            Try(file =>
            {
                AtomicFile.Write(_path! + ".new", [.. _pending.OrderBy(p => p.Key).SelectMany(p => p.Value)]);
                file.Dispose();
                File.Move(_path + ".new", _path!, overwrite: true);
                _file = TryOpen(_path!) ?? throw new IOException("another process took it");
            });
        }
    }

    private void Try(Action<FileStream> action)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            action(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            _file = null;
            LogWriteFailed(e.Message);
        }
    }

    private static DateTimeOffset At(JsValue entry) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Clamp(entry["at"].AsNumber() ?? 0, 0, 253_402_300_799_999));

    private static FileStream? TryOpen(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // in use by another worker, or not ours: the caller looks for the next one and says so when there is none
            return null;
        }
    }

    private static List<JsValue> ReadPending(FileStream file, ILogger log)
    {
        OrderedDictionary<double, JsValue> pending = [];
        int damaged = 0;
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (JournalLine.Read(line) is not { } text)
            {
                damaged++;
                continue;
            }

            JsValue entry = JsonReader.Parse(text);
            if (entry["done"].AsNumber() is { } done)
            {
                pending.Remove(done);
            }
            else if (entry["id"].AsNumber() is { } id)
            {
                pending[id] = entry;
            }
        }

        if (damaged > 0)
        {
            LogDamaged(log, damaged);
        }

        return [.. pending.Values];
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Warning, Message = "No journal for results can be opened in {Folder}: results that are not acknowledged are lost if this process is killed")]
    private partial void LogNoFile(string folder);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Warning, Message = "The journal of results cannot be written ({Reason}): results that are not acknowledged are lost if this process is killed")]
    private partial void LogWriteFailed(string reason);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning, Message = "The journal of results is full ({Size} bytes): further results are kept in memory only")]
    private partial void LogFull(long size);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Warning, Message = "{Count} damaged lines in the journal of results were passed over")]
    private static partial void LogDamaged(ILogger logger, int count);
}
