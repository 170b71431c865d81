namespace DcpWorker.Engine.Protocol;

/// <summary>Runs actions one after another, in order, on the thread pool; uses no thread while there are none.</summary>
internal sealed class SerialDispatcher : IThreadPoolWorkItem
{
    private readonly Queue<Action> _actions = [];
    private bool _running;

    /// <summary>Queues an action. It must not throw.</summary>
    public void Post(Action action)
    {
        lock (_actions)
        {
            _actions.Enqueue(action);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        while (true)
        {
            Action action;
            lock (_actions)
            {
                if (!_actions.TryDequeue(out action!))
                {
                    _running = false;
                    return;
                }
            }

            action();
        }
    }
}
