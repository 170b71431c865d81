using System.Globalization;
using System.Management.Automation;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets;

/// <summary>A cmdlet for workers that run on this computer, named by their ids, their processes, or coming from Get-DcpWorker.</summary>
public abstract class RunningWorkerCmdlet : AsyncCmdlet
{
    // Those that ran when we last looked.
    private IReadOnlyList<RunningWorker> _running = [];

    /// <summary>Ids of workers or the beginnings of them, from 4 characters on; or numbers of their processes.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunningWorkerCompleter))]
    public string[]? Id { get; set; }

    /// <summary>Numbers of the processes that the workers run in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int[]? ProcessId { get; set; }

    /// <summary>Which workers of their processes are meant, from 1 on: it tells those apart that share a process.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int[]? Number { get; set; }

    /// <summary>Whether every worker is meant when none is named; otherwise there must be only one.</summary>
    private protected virtual bool AllByDefault => false;

    /// <summary>The workers that are meant; what is wrong with those that cannot be had is written as errors.</summary>
    private protected List<RunningWorker> FindWorkers()
    {
        IReadOnlyList<ControlException> silent = [];
        Run(async (_, cancellationToken) => (_running, silent) = await RunningWorkers.FindAsync(cancellationToken).ConfigureAwait(false));
        IReadOnlyList<RunningWorker> candidates =
            [.. _running.Where(w => (ProcessId is null || ProcessId.Contains(w.ProcessId)) && (Number is null || Number.Contains(w.Number)))];
        if (Id is null && ProcessId is null)
        {
            foreach (ControlException e in silent)
            {
                WriteError(ErrorRecords.From(e));
            }

            return All(candidates);
        }

        List<RunningWorker> chosen = [];
        IEnumerable<string> names = Id ?? ProcessId!.Select(p => p.ToString(CultureInfo.InvariantCulture));
        foreach (string name in names)
        {
            IReadOnlyList<RunningWorker> found = RunningWorkers.Choose(candidates, name);
            if (found.Count == 0)
            {
                string others = _running.Count == 0 ? "none" : string.Join(", ", _running.Select(Describe));
                WriteError(ErrorRecords.From(
                    silent.FirstOrDefault(e => e.Message.Contains($"process {name}:", StringComparison.Ordinal))
                        ?? new ControlException(
                            ControlException.NotFound,
                            $"No worker '{name}'{Condition("of process", Id is null ? null : ProcessId)}{Condition("with number", Number)} runs here that you may control. Running: {others}."),
                    name));
            }

            chosen.AddRange(found.Except(chosen));
        }

        return chosen;
    }

    /// <summary>How a worker is called in questions.</summary>
    private protected string Name(RunningWorker worker) => $"DCP worker {Describe(worker)}";

    /// <summary>Which worker it is: by id and process, and by number where the process has several.</summary>
    private protected string Describe(RunningWorker worker)
    {
        bool isOneOfMany = worker.Number > 1 || _running.Count(w => w.ProcessId == worker.ProcessId) > 1;
        return $"{worker.Id} (process {worker.ProcessId}{(isOneOfMany ? $", number {worker.Number}" : "")})";
    }

    /// <summary>Does something to a worker and gives how it is then; null, and an error, when that fails.</summary>
    private protected RunningWorker? Ask(RunningWorker worker, Func<CancellationToken, Task<RunningWorker>> ask)
    {
        RunningWorker? answer = null;
        ControlException? failure = null;
        Run(async (_, cancellationToken) =>
        {
            try
            {
                answer = await ask(cancellationToken).ConfigureAwait(false);
            }
            catch (ControlException e)
            {
                failure = e;
            }
        });
        if (failure is not null)
        {
            WriteError(ErrorRecords.From(failure, worker));
        }

        return answer;
    }

    private static string Condition(string what, int[]? numbers) => numbers is null ? "" : $" {what} {string.Join(", ", numbers)}";

    private List<RunningWorker> All(IReadOnlyList<RunningWorker> workers)
    {
        if (AllByDefault || workers.Count == 1)
        {
            return [.. workers];
        }

        WriteError(ErrorRecords.From(workers.Count == 0
            ? new ControlException(ControlException.NotFound, $"No worker{Condition("with number", Number)} runs here that you may control.")
            : new ControlException(ControlException.Ambiguous, $"{workers.Count} workers{Condition("with number", Number)} run here. Name one with -Id, or type: Get-DcpWorker | {MyInvocation.InvocationName}")));
        return [];
    }
}
