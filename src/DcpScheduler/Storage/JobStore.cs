using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using Microsoft.Data.Sqlite;

namespace DcpScheduler.Storage;

/// <summary>Jobs, their slices, leases and results in the database.</summary>
internal sealed class JobStore(Database database)
{
    /// <summary>Stores a new job.</summary>
    public Task AddAsync(Job job, int slices) => database.WriteAsync(batch => batch.Execute(
        """
        INSERT INTO job (key, id, owner, payment_account, escrow, definition, status, closed, slices, characters, groups, created)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, '[]', $10)
        """,
        job.Key, job.Id, job.Owner.ToString(), job.PaymentAccount.ToString(), job.Escrow.ToString(), JsonWriter.Write(job.Definition.ToJs()),
        job.IsClosed ? 1 : 0, slices, job.Characters, job.Created.ToUnixTimeMilliseconds()));

    /// <summary>Stores slice data that come after the first <paramref name="before"/> slices.</summary>
    public Task AddSlicesAsync(Job job, int before, IReadOnlyList<StoredValue> values, long characters) => database.WriteAsync(batch =>
    {
        for (int i = 0; i < values.Count; i++)
        {
            batch.Execute("INSERT INTO slice (job, number, text, type) VALUES ($1, $2, $3, $4)", job.Key, before + i + 1, values[i].Text, values[i].MediaType);
        }

        batch.Execute("UPDATE job SET slices = $1, characters = $2 WHERE key = $3", before + values.Count, characters, job.Key);
    });

    /// <summary>Stores that no more slices will come.</summary>
    public Task CloseAsync(Job job) => database.WriteAsync(batch => batch.Execute("UPDATE job SET closed = 1 WHERE key = $1", job.Key));

    /// <summary>Stores the groups of a job.</summary>
    public Task SetGroupsAsync(Job job, IEnumerable<string> groups)
    {
        string text = JsonWriter.Write(JsArray.OfStrings(groups));
        return database.WriteAsync(batch => batch.Execute("UPDATE job SET groups = $1 WHERE key = $2", text, job.Key));
    }

    /// <summary>Stores that a job has ended; its leases go.</summary>
    public Task EndAsync(Job job, JobStatus status, string? reason, string? code, DateTimeOffset now) => database.WriteAsync(batch =>
    {
        batch.Execute(
            "UPDATE job SET status = $1, cancel_reason = $2, cancel_code = $3, ended = $4 WHERE key = $5",
            (int)status, reason, code, now.ToUnixTimeMilliseconds(), job.Key);
        batch.Execute("DELETE FROM lease WHERE job = $1", job.Key);
    });

    /// <summary>Notes that the deployer knows that the job has ended.</summary>
    public void PostStopDelivered(Job job) => database.Post(batch => batch.Execute("UPDATE job SET stop_delivered = 1 WHERE key = $1", job.Key));

    /// <summary>Stores what a worker got.</summary>
    public Task AddLeasesAsync(IEnumerable<(Job Job, IReadOnlyList<int> Slices)> task, Lease lease) => database.WriteAsync(batch =>
    {
        foreach ((Job job, IReadOnlyList<int> slices) in task)
        {
            foreach (int number in slices)
            {
                batch.Execute(
                    "INSERT OR REPLACE INTO lease (job, number, worker, since, expires) VALUES ($1, $2, $3, $4, $5)",
                    job.Key, number, lease.WorkerId, lease.Since.ToUnixTimeMilliseconds(), lease.Expires.ToUnixTimeMilliseconds());
            }
        }
    });

    /// <summary>Notes that slices are no longer with a worker, and how often they have failed when that changed.</summary>
    public void PostReleased(Job job, IReadOnlyList<(int Number, int? Returns)> slices) => database.Post(batch =>
    {
        foreach ((int number, int? returns) in slices)
        {
            batch.Execute("DELETE FROM lease WHERE job = $1 AND number = $2", job.Key, number);
            if (returns is { } count)
            {
                batch.Execute("INSERT OR REPLACE INTO returned (job, number, count) VALUES ($1, $2, $3)", job.Key, number, count);
            }
        }
    });

    /// <summary>The statements that store a result.</summary>
    public static void AddResult(WriteBatch batch, Job job, int number, string uri, string worker, string eventId, string metrics, DateTimeOffset now)
    {
        batch.Execute(
            "INSERT INTO result (job, number, uri, worker, event, metrics, time) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            job.Key, number, uri, worker, eventId, metrics, now.ToUnixTimeMilliseconds());
        batch.Execute("DELETE FROM lease WHERE job = $1 AND number = $2", job.Key, number);
    }

    /// <summary>Notes that the deployer has a result.</summary>
    public void PostResultDelivered(Job job, int number) => database.Post(batch =>
        batch.Execute("UPDATE result SET delivered = 1 WHERE job = $1 AND number = $2", job.Key, number));

    /// <summary>Forgets a job and all that belongs to it.</summary>
    public Task RemoveAsync(Job job) => database.WriteAsync(batch =>
    {
        foreach (string table in (string[])["slice", "lease", "returned", "result", "event"])
        {
            batch.Execute($"DELETE FROM {table} WHERE job = $1", job.Key);
        }

        batch.Execute("DELETE FROM job WHERE key = $1", job.Key);
    });

    /// <summary>The data of slices, by number; absent for slices of a range or pattern.</summary>
    public Dictionary<int, StoredValue> ReadSlices(Job job, IReadOnlyList<int> numbers) => database.Read(connection =>
    {
        Dictionary<int, StoredValue> values = [];
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT text, type FROM slice WHERE job = $1 AND number = $2";
        command.Parameters.AddWithValue("$1", job.Key);
        SqliteParameter which = command.Parameters.Add("$2", SqliteType.Integer);
        foreach (int number in numbers)
        {
            which.Value = number;
            using SqliteDataReader reader = command.ExecuteReader();
            if (reader.Read())
            {
                values[number] = new StoredValue(reader.GetString(0), reader.Text(1));
            }
        }

        return values;
    });

    /// <summary>The address (mostly a data: address) of a result; null when there is none.</summary>
    public string? ReadResult(Job job, int number) => database.Read(connection =>
        connection.Query("SELECT uri FROM result WHERE job = $1 AND number = $2", r => r.GetString(0), job.Key, number).FirstOrDefault());

    /// <summary>The results from <paramref name="first"/> to <paramref name="last"/>, at most so many.</summary>
    public IReadOnlyList<(int Number, string Uri)> ReadResults(Job job, int first, int last, int most) => database.Read(connection =>
        connection.Query(
            "SELECT number, uri FROM result WHERE job = $1 AND number BETWEEN $2 AND $3 ORDER BY number LIMIT $4",
            r => (r.GetInt32(0), r.GetString(1)), job.Key, first, last, most));

    /// <summary>The highest key in use.</summary>
    public long ReadLastKey() => database.Read(connection => connection.Query("SELECT coalesce(max(key), 0) FROM job", r => r.GetInt64(0))[0]);

    /// <summary>All jobs with their state as it was when the scheduler ended.</summary>
    public IReadOnlyList<Job> ReadAll() => database.Read(connection => connection.Query(
        """
        SELECT key, id, owner, payment_account, escrow, definition, status, closed, slices, characters, groups, cancel_reason, cancel_code, stop_delivered, created, ended FROM job ORDER BY key
        """,
        r => ReadJob(connection, r)));

    private static Job ReadJob(SqliteConnection connection, SqliteDataReader r)
    {
        Job job = new(
            r.GetString(1), r.GetInt64(0), Address.Parse(r.GetString(2)), Address.Parse(r.GetString(3)), Address.Parse(r.GetString(4)),
            JobDefinition.FromJs(JsonReader.Parse(r.GetString(5))), r.Time(14))
        {
            Status = (JobStatus)r.GetInt32(6),
            IsClosed = r.GetInt32(7) != 0,
            Characters = r.GetInt64(9),
            CancelReason = r.Text(11),
            CancelCode = r.Text(12),
            Ended = r.IsDBNull(15) ? null : r.Time(15),
        };
        job.Slices.Append(r.GetInt32(8));
        job.Groups.UnionWith(((JsArray)JsonReader.Parse(r.GetString(10))).Strings());
        foreach ((int number, string eventId, bool delivered, string metrics) in connection.Query(
            "SELECT number, event, delivered, metrics FROM result WHERE job = $1 ORDER BY time", x => (x.GetInt32(0), x.GetString(1), x.GetInt32(2) != 0, x.GetString(3)), job.Key))
        {
            job.Slices.Complete(number);
            job.Metrics.Add(JsonReader.Parse(metrics));
            if (!delivered)
            {
                job.Events.Publish(new JobEvent(EventLabel.Result, eventId) { Slice = number });
            }
        }

        foreach ((int number, Lease lease) in connection.Query(
            "SELECT number, worker, since, expires FROM lease WHERE job = $1", x => (x.GetInt32(0), new Lease(x.GetString(1), x.Time(2), x.Time(3))), job.Key))
        {
            job.Slices.Restore(number, lease);
        }

        foreach ((int number, int count) in connection.Query("SELECT number, count FROM returned WHERE job = $1", x => (x.GetInt32(0), x.GetInt32(1)), job.Key))
        {
            job.Slices.RestoreReturns(number, count);
        }

        foreach (JobEvent e in connection.Query(
            "SELECT id, label, slice, text FROM event WHERE job = $1 ORDER BY rowid",
            x => new JobEvent(x.GetString(1), x.GetString(0)) { Slice = x.GetInt32(2), Text = x.GetString(3) }, job.Key))
        {
            job.Events.Publish(e);
        }

        if (job.Status != JobStatus.Running && r.GetInt32(13) == 0)
        {
            job.Events.Publish(new JobEvent(EventLabel.Stop, $"stop-{job.Id}"));
        }

        return job;
    }
}
