using System.Globalization;
using System.Runtime.CompilerServices;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.Control;

/// <summary>The workers of this machine that this user may control: its own; all of them for root. Found through their control sockets.</summary>
public static class RunningWorkers
{
    /// <summary>How long a worker may take to answer.</summary>
    public static TimeSpan Patience => ControlClient.Patience;

    /// <summary>Every worker, by process; those that do not answer come as errors.</summary>
    public static async Task<(IReadOnlyList<RunningWorker> Workers, IReadOnlyList<ControlException> Silent)> FindAsync(CancellationToken ct)
    {
        List<ControlException> silent = [];
        RunningWorker?[] found = await Task.WhenAll(ControlClient.Endpoints(ControlEndpoint.Worker).Select(AskAsync)).ConfigureAwait(false);
        return ([.. found.OfType<RunningWorker>().OrderBy(w => w.ProcessId).ThenBy(w => w.Number)], silent);

        async Task<RunningWorker?> AskAsync(ControlEndpoint endpoint)
        {
            try
            {
                return await StatusAsync(endpoint, ct).ConfigureAwait(false);
            }
            catch (ControlException e) when (e.Code == ControlException.Ended)
            {
                return null;
            }
            catch (ControlException e)
            {
                lock (silent)
                {
                    silent.Add(new ControlException(e.Code, $"The worker of process {endpoint.ProcessId}: {e.Message}", e));
                }

                return null;
            }
        }
    }

    /// <summary>The worker that a text names: its id, the beginning of it (from 4 characters on), or the number of its process.</summary>
    /// <exception cref="ControlException"><see cref="ControlException.NotFound"/>, or <see cref="ControlException.Ambiguous"/>.</exception>
    public static async Task<RunningWorker> FindAsync(string name, CancellationToken ct)
    {
        (IReadOnlyList<RunningWorker> workers, IReadOnlyList<ControlException> silent) = await FindAsync(ct).ConfigureAwait(false);
        return Choose(workers, name) switch
        {
            [var one] => one,
            [] => throw new ControlException(
                ControlException.NotFound,
                $"There is no running worker '{name}' that this user may control{(silent.Count == 0 ? "" : $" ({silent.Count} did not answer)")}. Running: {List(workers)}."),
            var several => throw new ControlException(ControlException.Ambiguous, $"'{name}' fits several workers. Name one by its process: {List(several)}."),
        };
    }

    /// <summary>Those of the workers that a name fits: an id, the beginning of one (from 4 characters on), or the number of a process.</summary>
    public static IReadOnlyList<RunningWorker> Choose(IReadOnlyList<RunningWorker> workers, string name)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(name);
        const int ShortestBeginning = 4;
        bool Fits(RunningWorker w) => w.Id == name
            || (name.Length >= ShortestBeginning && w.Id.StartsWith(name, StringComparison.Ordinal))
            || w.ProcessId.ToString(CultureInfo.InvariantCulture) == name;
        List<RunningWorker> exact = [.. workers.Where(w => w.Id == name)];
        return exact.Count > 0 ? exact : [.. workers.Where(Fits)];
    }

    /// <summary>What a worker says now.</summary>
    /// <exception cref="ControlException">It is gone, or does not answer.</exception>
    public static Task<RunningWorker> StatusAsync(RunningWorker worker, CancellationToken ct) => AskAsync(worker, new ControlRequest { Op = ControlProtocol.Status }, Patience, ct);

    /// <summary>Asks a worker to stop: what it computes is finished first, unless <paramref name="now"/>. Returns as soon as it knows.</summary>
    /// <exception cref="ControlException">It is gone, or does not answer.</exception>
    public static Task<RunningWorker> StopAsync(RunningWorker worker, bool now, CancellationToken ct) =>
        AskAsync(worker, new ControlRequest { Op = ControlProtocol.Stop, Now = now }, Patience, ct);

    /// <summary>Pauses a worker, or changes how it is paused.</summary>
    /// <exception cref="ControlException">It is gone, does not answer, or is about to end.</exception>
    public static Task<RunningWorker> PauseAsync(RunningWorker worker, PauseMode mode, string reason, CancellationToken ct) =>
        AskAsync(worker, new ControlRequest { Op = ControlProtocol.Pause, Mode = mode, Reason = reason }, Patience, ct);

    /// <summary>Ends every pause of a worker.</summary>
    /// <exception cref="ControlException">It is gone, does not answer, or is about to end.</exception>
    public static Task<RunningWorker> ResumeAsync(RunningWorker worker, CancellationToken ct) =>
        AskAsync(worker, new ControlRequest { Op = ControlProtocol.Resume }, Patience, ct);

    /// <summary>
    /// Waits until a worker is in a state. A worker that ends meets <see cref="WorkerState.Stopped"/>, also when it ends without a word.
    /// </summary>
    /// <returns>What it says then; null when it ended without saying so.</returns>
    /// <exception cref="ControlException">It ended without coming to that state (<see cref="ControlException.Ended"/>), or is gone.</exception>
    public static async Task<RunningWorker?> WaitAsync(RunningWorker worker, WorkerState state, CancellationToken ct)
    {
        try
        {
            return await AskAsync(worker, new ControlRequest { Op = ControlProtocol.Wait, State = state }, null, ct).ConfigureAwait(false);
        }
        catch (ControlException e) when (e.Code is ControlException.Ended or ControlException.NotFound && state == WorkerState.Stopped)
        {
            return null;
        }
    }

    /// <summary>What happens in a worker from now on: the events as <c>dcp-worker start --json</c> prints them, until it ends.</summary>
    /// <exception cref="ControlException">It is gone, or does not answer.</exception>
    public static async IAsyncEnumerable<JsValue> WatchAsync(RunningWorker worker, [EnumeratorCancellation] CancellationToken ct)
    {
        ControlClient client = await ConnectAsync(worker, ct).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await foreach (JsValue e in client.WatchAsync(ct).ConfigureAwait(false))
            {
                yield return e;
            }
        }
    }

    private static string List(IReadOnlyList<RunningWorker> workers) =>
        workers.Count == 0 ? "none" : string.Join(", ", workers.Select(w => $"{w.Id} (process {w.ProcessId})"));

    private static async Task<RunningWorker?> StatusAsync(ControlEndpoint endpoint, CancellationToken ct)
    {
        ControlClient? client = await ControlClient.ConnectAsync(endpoint, ct).ConfigureAwait(false);
        if (client is null)
        {
            return null;
        }

        await using (client.ConfigureAwait(false))
        {
            return (await client.AskAsync(new ControlRequest { Op = ControlProtocol.Status }, Patience, ct).ConfigureAwait(false)).Worker;
        }
    }

    private static async Task<RunningWorker> AskAsync(RunningWorker worker, ControlRequest request, TimeSpan? patience, CancellationToken ct)
    {
        ControlClient client = await ConnectAsync(worker, ct).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            ControlAnswer answer = await client.AskAsync(request with { Worker = worker.Id }, patience, ct).ConfigureAwait(false);
            return answer.Worker ?? throw new ControlException(ControlException.Invalid, $"The worker {worker.Id} did not say how it is.");
        }
    }

    private static async Task<ControlClient> ConnectAsync(RunningWorker worker, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(worker);
        foreach (ControlEndpoint endpoint in ControlClient.Endpoints(ControlEndpoint.Worker))
        {
            if (endpoint.ProcessId == worker.ProcessId && endpoint.Number == worker.Number
                && await ControlClient.ConnectAsync(endpoint, ct).ConfigureAwait(false) is { } client)
            {
                return client;
            }
        }

        throw new ControlException(ControlException.NotFound, $"The worker {worker.Id} (process {worker.ProcessId}) does not run any more on this machine.");
    }
}
