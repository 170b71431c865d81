using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Hands every event to every reader. A reader that is slow loses progress and console events first, then the oldest of
/// the others; it never holds up the worker.
/// </summary>
internal sealed class WorkerEventHub
{
    /// <summary>Events that wait for one reader before anything is dropped.</summary>
    internal const int Capacity = 8192;

    private readonly Lock _gate = new();
    private ImmutableArray<Channel<WorkerEvent>> _readers = [];
    private bool _completed;

    public void Publish(WorkerEvent e)
    {
        foreach (Channel<WorkerEvent> reader in _readers)
        {
            // half of the room is for what must not get lost
            if (e is SliceProgress or SliceConsole && reader.Reader.Count > Capacity / 2)
            {
                continue;
            }

            reader.Writer.TryWrite(e);
        }
    }

    /// <summary>Ends every stream after what was published.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (Channel<WorkerEvent> reader in _readers)
            {
                reader.Writer.TryComplete();
            }
        }
    }

    /// <summary>Everything published from this call on; not from the first read on.</summary>
    public IAsyncEnumerable<WorkerEvent> Subscribe(CancellationToken ct)
    {
        Channel<WorkerEvent> channel = Channel.CreateBounded<WorkerEvent>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _readers = _readers.Add(channel);
            if (_completed)
            {
                channel.Writer.TryComplete();
            }
        }

        return ReadAsync(channel, ct);
    }

    private async IAsyncEnumerable<WorkerEvent> ReadAsync(Channel<WorkerEvent> channel, CancellationToken ct, [EnumeratorCancellation] CancellationToken enumeration = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, enumeration);
        try
        {
            await foreach (WorkerEvent e in channel.Reader.ReadAllAsync(either.Token).ConfigureAwait(false))
            {
                yield return e;
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers = _readers.Remove(channel);
            }
        }
    }
}
