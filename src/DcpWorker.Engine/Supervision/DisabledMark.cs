namespace DcpWorker.Engine.Supervision;

/// <summary>A file that says that the scheduler wants this worker stopped for good, until its owner decides otherwise.</summary>
internal sealed class DisabledMark(string resourceDirectory)
{
    public const string FileName = "worker.disabled";

    private string Location => Path.Combine(resourceDirectory, FileName);

    /// <exception cref="WorkerDisabledException">The mark is there.</exception>
    public void ThrowIfSet(bool clear)
    {
        if (!File.Exists(Location))
        {
            return;
        }

        if (!clear)
        {
            throw new WorkerDisabledException(Location);
        }

        File.Delete(Location);
    }

    public void Set(DateTimeOffset now)
    {
        Directory.CreateDirectory(resourceDirectory);
        AtomicFile.Write(Location, $"Disabled by the scheduler's command on {now:O}.\n");
    }
}
