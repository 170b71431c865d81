using System.Management.Automation.Runspaces;

namespace DcpWorker.Cmdlets.Jobs;

/// <summary>
/// Ends something with the session that it belongs to, or with the process: PowerShell does that for the jobs of its own kinds only,
/// and would leave ours behind.
/// </summary>
internal sealed class SessionEnd : IDisposable
{
    private readonly Runspace? _session;
    private readonly Action _end;

    /// <param name="session">The session; null: the process only.</param>
    /// <param name="end">Called once or more, on the thread that closes the session; it holds that up.</param>
    public SessionEnd(Runspace? session, Action end)
    {
        (_session, _end) = (session, end);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        if (session is not null)
        {
            session.StateChanged += OnStateChanged;
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        if (_session is not null)
        {
            _session.StateChanged -= OnStateChanged;
        }
    }

    private void OnExit(object? sender, EventArgs e) => _end();

    private void OnStateChanged(object? sender, RunspaceStateEventArgs e)
    {
        if (e.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
        {
            _end();
        }
    }
}
