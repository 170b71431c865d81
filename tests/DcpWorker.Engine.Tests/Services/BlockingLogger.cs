using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Services;

/// <summary>A log that hangs, as one on a network disk may, at the first line of one kind.</summary>
internal sealed class BlockingLogger(int eventId) : ILogger, ILoggerFactory
{
    private readonly ManualResetEventSlim _released = new();
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody hangs.</summary>
    public Task Hanging => _hanging.Task;

    public void Release() => _released.Set();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (id.Id == eventId)
        {
            _hanging.TrySetResult();
            _released.Wait();
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => Release();
}
