using System.Runtime.CompilerServices;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>The results of a job as they come in, in any order; handed out in that one or in the order of the slices.</summary>
internal sealed class ResultCollection
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, JsValue> _results = [];
    private readonly List<JobResult> _arrived = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _complete;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _results.Count;
            }
        }
    }

    /// <summary>Adds a result; false when there was one already, which then stays.</summary>
    public bool TryAdd(long sliceNumber, JsValue value)
    {
        lock (_gate)
        {
            if (!_results.TryAdd(sliceNumber, value))
            {
                return false;
            }

            _arrived.Add(new JobResult(sliceNumber, value));
            Signal();
            return true;
        }
    }

    /// <summary>Says that nothing more will come: readers pass over what is missing.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Signal();
        }
    }

    /// <summary>Numbers of the slices of 1 … <paramref name="count"/> that have no result.</summary>
    public IReadOnlyList<long> Missing(long count, int atMost)
    {
        List<long> missing = [];
        lock (_gate)
        {
            for (long i = 1; i <= count && missing.Count < atMost; i++)
            {
                if (!_results.ContainsKey(i))
                {
                    missing.Add(i);
                }
            }
        }

        return missing;
    }

    /// <summary>Results 1, 2, 3… of <paramref name="count"/>, each as soon as all before it are there.</summary>
    public async IAsyncEnumerable<JobResult> InOrderAsync(long count, [EnumeratorCancellation] CancellationToken ct)
    {
        for (long i = 1; i <= count;)
        {
            Task wait;
            JsValue? value;
            bool complete;
            lock (_gate)
            {
                _results.TryGetValue(i, out value);
                wait = _changed.Task;
                complete = _complete;
            }

            if (value is not null)
            {
                yield return new JobResult(i++, value);
            }
            else if (complete)
            {
                i++;
            }
            else
            {
                await wait.WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>All results, each as soon as it is there.</summary>
    public async IAsyncEnumerable<JobResult> AsArrivedAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (int i = 0; ;)
        {
            Task wait;
            JobResult? result;
            lock (_gate)
            {
                result = i < _arrived.Count ? _arrived[i] : null;
                if (result is null && _complete)
                {
                    yield break;
                }

                wait = _changed.Task;
            }

            if (result is not null)
            {
                i++;
                yield return result;
            }
            else
            {
                await wait.WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }
}
