using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Hands every event to each reader. Writers never wait: a reader that falls too far behind loses the oldest.</summary>
/// <param name="first">What every reader gets first.</param>
internal sealed class EventStream(InetDaemonEvent first)
{
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly List<Channel<InetDaemonEvent>> _readers = [];
    private readonly List<InetDaemonEvent> _lasting = [first];
    private bool _complete;

    internal void Publish(InetDaemonEvent happening)
    {
        lock (_lock)
        {
            foreach (Channel<InetDaemonEvent> reader in _readers)
            {
                reader.Writer.TryWrite(happening);
            }
        }
    }

    /// <summary>As <see cref="Publish"/>, for what remains true: readers to come get it, too.</summary>
    internal void PublishLasting(InetDaemonEvent happening)
    {
        lock (_lock)
        {
            _lasting.Add(happening);
            Publish(happening);
        }
    }

    internal void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            _readers.ForEach(r => r.Writer.TryComplete());
        }
    }

    /// <summary>The events that last, and every one from this call on; reading may begin later.</summary>
    internal IAsyncEnumerable<InetDaemonEvent> Subscribe(CancellationToken cancellation)
    {
        Channel<InetDaemonEvent> reader = Channel.CreateBounded<InetDaemonEvent>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _lasting.ForEach(e => reader.Writer.TryWrite(e));
            _readers.Add(reader);
            if (_complete)
            {
                reader.Writer.TryComplete();
            }
        }

        return ReadAsync(reader, cancellation);
    }

    private async IAsyncEnumerable<InetDaemonEvent> ReadAsync(Channel<InetDaemonEvent> reader, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (InetDaemonEvent happening in reader.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return happening;
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(reader);
            }
        }
    }
}
