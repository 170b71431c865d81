namespace DcpWorker.Engine.Supervision;

/// <summary>What a worker holds of one job.</summary>
/// <param name="JobId">Id of the job.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Queued">Slices that wait.</param>
/// <param name="Working">Slices in a sandbox.</param>
/// <param name="Completed">Slices that this worker has computed.</param>
/// <param name="AverageElapsed">Moving average of the time that a slice takes here; null before the first.</param>
public sealed record JobStatus(string JobId, string Name, int Queued, int Working, long Completed, TimeSpan? AverageElapsed);
