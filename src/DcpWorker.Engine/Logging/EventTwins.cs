using System.Collections.Frozen;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// Lines of the engine that say in words what an event of the worker says too, by their event ids: where the events are
/// written, these would say everything twice.
/// </summary>
internal static class EventTwins
{
    private static readonly FrozenSet<int> Ids = FrozenSet.ToFrozenSet(
    [
        4011, // SliceFailed
        4111, // ResultRefused
        4301, // EvaluatorDown
        4302, // EvaluatorUp
        4401, // FetchFailed
        4501, // SchedulerCommandReceived
        4601, // WorkerStateChanged
        4602, // WorkerWarning
    ]);

    public static bool Contains(int id) => Ids.Contains(id);
}
