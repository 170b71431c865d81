using System.Runtime.CompilerServices;
using DcpWorker.Engine.Deployment.Events;

namespace DcpWorker.Engine.Deployment;

/// <summary>
/// The events of a job that nobody has read yet, in the order in which they came. Results and the end of the job are kept
/// however many there are: whoever reads the events must not miss them, and the job keeps the results besides. Of the others
/// the oldest make room, and are counted. Safe for threads.
/// </summary>
/// <param name="capacity">How many events are kept that may get lost.</param>
internal sealed class EventBacklog(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Place, JobEvent Event)> _kept = new();
    private readonly Queue<(long Place, JobEvent Event)> _others = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _places;
    private long _lost;
    private bool _complete;

    /// <summary>How many events made room so far.</summary>
    public long Lost
    {
        get
        {
            lock (_gate)
            {
                return _lost;
            }
        }
    }

    /// <summary>Adds an event; none after <see cref="Complete"/>.</summary>
    public void Add(JobEvent e)
    {
        lock (_gate)
        {
            if (_complete)
            {
                return;
            }

            if (e is ResultReceived or JobStopped or JobEventsLost)
            {
                _kept.Enqueue((_places++, e));
            }
            else
            {
                if (_others.Count >= capacity && _others.TryDequeue(out _))
                {
                    _lost++;
                }

                _others.Enqueue((_places++, e));
            }

            Signal();
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Signal();
        }
    }

    /// <summary>Takes the events out, until the end. Readers that read at once share them.</summary>
    public async IAsyncEnumerable<JobEvent> TakeAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            Task wait;
            JobEvent? next;
            lock (_gate)
            {
                next = Take();
                if (next is null && _complete)
                {
                    yield break;
                }

                wait = _changed.Task;
            }

            if (next is not null)
            {
                yield return next;
            }
            else
            {
                await wait.WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JobEvent? Take()
    {
        bool kept = _kept.TryPeek(out (long Place, JobEvent Event) first);
        bool other = _others.TryPeek(out (long Place, JobEvent Event) second);
        return kept && (!other || first.Place < second.Place) ? _kept.Dequeue().Event : other ? _others.Dequeue().Event : null;
    }

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }
}
