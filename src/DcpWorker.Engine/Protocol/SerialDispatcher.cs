namespace DcpWorker.Engine.Protocol;

/// <summary>Runs actions one after another, in order, through <paramref name="post"/>; occupies no thread while there are none.</summary>
internal sealed class SerialDispatcher(Action<Action> post)
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

        post(Run);
    }

    private void Run()
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
