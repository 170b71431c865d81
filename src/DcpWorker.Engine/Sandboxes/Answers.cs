using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>The answers that a sandbox still owes, by name. At most one of each name is owed at a time.</summary>
internal sealed class Answers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource<JsValue>> _owed = new(StringComparer.Ordinal);
    private Exception? _failure;

    /// <summary>Begins to wait for an answer; to be called before the question is sent.</summary>
    internal Task<JsValue> Expect(string name)
    {
        TaskCompletionSource<JsValue> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_failure is not null)
            {
                source.SetException(_failure);
            }
            else
            {
                _owed.Add(name, source);
            }
        }

        return source.Task;
    }

    /// <summary>Whether that answer is owed.</summary>
    internal bool Owes(string name)
    {
        lock (_lock)
        {
            return _owed.ContainsKey(name);
        }
    }

    /// <summary>Gives an answer; false when nobody waits for it.</summary>
    internal bool Give(string name, JsValue value) => Take(name)?.TrySetResult(value) ?? false;

    /// <summary>Lets one wait fail; false when nobody waits.</summary>
    internal bool Fail(string name, Exception error) => Take(name)?.TrySetException(error) ?? false;

    /// <summary>Lets every wait fail, present and future.</summary>
    internal void FailAll(Exception error)
    {
        List<TaskCompletionSource<JsValue>> owed;
        lock (_lock)
        {
            _failure ??= error;
            owed = [.. _owed.Values];
            _owed.Clear();
        }

        foreach (TaskCompletionSource<JsValue> source in owed)
        {
            source.TrySetException(error);
            _ = source.Task.Exception;   // seen: not everybody who asked still waits
        }
    }

    private TaskCompletionSource<JsValue>? Take(string name)
    {
        lock (_lock)
        {
            return _owed.Remove(name, out TaskCompletionSource<JsValue>? source) ? source : null;
        }
    }
}
