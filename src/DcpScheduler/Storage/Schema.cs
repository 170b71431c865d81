using Microsoft.Data.Sqlite;

namespace DcpScheduler.Storage;

/// <summary>The tables. Each change of them is one more step; <c>user_version</c> counts the steps that a file has seen.</summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE job (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, payment_account TEXT NOT NULL, escrow TEXT NOT NULL,
            definition TEXT NOT NULL, status INTEGER NOT NULL, closed INTEGER NOT NULL, slices INTEGER NOT NULL, characters INTEGER NOT NULL,
            groups TEXT NOT NULL, cancel_reason TEXT, cancel_code TEXT, stop_delivered INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, ended INTEGER);
        CREATE TABLE slice (job INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, type TEXT, PRIMARY KEY (job, number));
        CREATE TABLE lease (job INTEGER NOT NULL, number INTEGER NOT NULL, worker TEXT NOT NULL, since INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (job, number)) WITHOUT ROWID;
        CREATE TABLE returned (job INTEGER NOT NULL, number INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (job, number)) WITHOUT ROWID;
        CREATE TABLE result (
            job INTEGER NOT NULL, number INTEGER NOT NULL, uri TEXT NOT NULL, worker TEXT NOT NULL, event TEXT NOT NULL, delivered INTEGER NOT NULL DEFAULT 0,
            metrics TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (job, number));
        CREATE TABLE event (id TEXT PRIMARY KEY, job INTEGER NOT NULL, label TEXT NOT NULL, slice INTEGER NOT NULL, text TEXT NOT NULL, time INTEGER NOT NULL);
        CREATE INDEX event_job ON event (job);
        CREATE TABLE account (address TEXT PRIMARY KEY, balance TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE payment (key INTEGER PRIMARY KEY, time INTEGER NOT NULL, source TEXT NOT NULL, destination TEXT NOT NULL, amount TEXT NOT NULL, job TEXT, slice INTEGER);
        CREATE TABLE module (package TEXT NOT NULL, file TEXT NOT NULL, version TEXT NOT NULL, owner TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (package, file));
        """,

        // before, groups were one text with spaces between them; which words belong together is seen once the groups are
        // known (ComputeGroup.Recognise)
        """
        UPDATE job SET groups = CASE groups WHEN '' THEN '[]' ELSE json_array(groups) END;
        """,
    ];

    /// <summary>Brings a file up to date, and sets how it is used.</summary>
    /// <exception cref="StorageException">It was written by a newer scheduler.</exception>
    public static void Apply(SqliteConnection connection, string path)
    {
        // WAL with NORMAL: a commit survives the death of the process; the power going off may cost the last ones
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;");
        long version = Scalar(connection, "PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw new StorageException($"The database {path} was written by a newer dcp-scheduler. Use that version, or another directory with --data.");
        }

        for (; version < Steps.Length; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            Execute(connection, Steps[version] + $"PRAGMA user_version = {version + 1};", transaction);
            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
