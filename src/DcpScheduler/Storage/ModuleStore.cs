using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Storage;

/// <summary>Deployed packages: files of module source.</summary>
internal sealed class ModuleStore(Database database)
{
    /// <summary>The identity that deployed a package; null when there is none of that name.</summary>
    public string? ReadOwner(string package) => database.Read(connection =>
        connection.Query("SELECT owner FROM module WHERE package = $1 LIMIT 1", r => r.GetString(0), package).FirstOrDefault());

    /// <summary>The files of a package.</summary>
    public IReadOnlyList<string> ReadFiles(string package) => database.Read(connection =>
        connection.Query("SELECT file FROM module WHERE package = $1 ORDER BY file", r => r.GetString(0), package));

    /// <summary>The text of a file; null when there is none.</summary>
    public string? Read(string package, string file) => database.Read(connection =>
        connection.Query("SELECT text FROM module WHERE package = $1 AND file = $2", r => r.GetString(0), package, file).FirstOrDefault());

    /// <summary>Stores a package in place of what had its name.</summary>
    public Task ReplaceAsync(string package, string version, Address owner, IReadOnlyList<(string File, string Text)> files) => database.WriteAsync(batch =>
    {
        batch.Execute("DELETE FROM module WHERE package = $1", package);
        foreach ((string file, string text) in files)
        {
            batch.Execute("INSERT INTO module (package, file, version, owner, text) VALUES ($1, $2, $3, $4, $5)", package, file, version, owner.ToString(), text);
        }
    });
}
