namespace DcpWorker.Cmdlets.Runs;

/// <summary>
/// Something that goes on until it is told to stop, the same whether somebody waits for it (<see cref="RunCmdlet"/>) or it is a job
/// (<see cref="Jobs.RunJob"/>).
/// </summary>
internal interface IRun
{
    /// <summary>Runs; what goes wrong is thrown.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="stop">Asks for the end; what is under way is finished first, as far as the run knows such a thing.</param>
    /// <param name="now">Asks for the end at once; only after <paramref name="stop"/>.</param>
    Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now);
}
