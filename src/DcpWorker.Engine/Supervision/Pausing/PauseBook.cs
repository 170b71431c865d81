namespace DcpWorker.Engine.Supervision.Pausing;

/// <summary>
/// Who wants a worker paused. Each holder has its own pause, so that a rule that no longer applies does not end what somebody
/// else asked for; the strongest mode of all of them is in force. Not safe for threads.
/// </summary>
internal sealed class PauseBook
{
    private readonly Dictionary<string, WorkerPause> _held = new(StringComparer.Ordinal);

    /// <summary>The pause in force: the strongest mode, and of those the oldest; null when nobody wants one.</summary>
    public WorkerPause? Current => _held.Count == 0 ? null : _held.Values.OrderByDescending(p => p.Mode).ThenBy(p => p.Since).First();

    public void Add(string holder, WorkerPause pause) =>
        _held[holder] = _held.TryGetValue(holder, out WorkerPause? old) ? pause with { Since = old.Since } : pause;

    /// <param name="holder">Whose pause ends; null: everybody's.</param>
    public void Remove(string? holder)
    {
        if (holder is null)
        {
            _held.Clear();
        }
        else
        {
            _held.Remove(holder);
        }
    }
}
