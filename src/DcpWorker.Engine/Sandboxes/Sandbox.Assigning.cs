using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

public sealed partial class Sandbox
{
    /// <summary>Gives the sandbox a job, to which it belongs from then on.</summary>
    /// <exception cref="SandboxException">The job cannot be set up (<see cref="SandboxException.AssignFailed"/>), or the sandbox failed. It is terminated.</exception>
    /// <exception cref="InvalidOperationException">It is not <see cref="SandboxState.Ready"/>.</exception>
    public async Task AssignAsync(JobAssignment job, CancellationToken cancellation)
    {
        Become(SandboxState.Assigning, SandboxState.Ready);
        JobId = job.JobId;
        try
        {
            using Assignment assignment = new(job, Description, _options, _time, () => _answers.Fail(
                "assigned", new SandboxException(SandboxException.AssignFailed, $"Job {job.JobId} was not set up in the sandbox within {_options.AssignTimeout}.")));
            _services = new SandboxServices(_connection, _options, job, _log, _gone.Token);
            _assignment = assignment;
            await AskAsync(assignment.Requirements(), "applyRequirementsDone", 2 * _options.GeneralTimeout, cancellation).ConfigureAwait(false);
            if (assignment.CanProbe)
            {
                await AskAsync(assignment.CompileCheck(), RingMessage.EvalResult + Assignment.CheckId, 2 * _options.GeneralTimeout, cancellation).ConfigureAwait(false);
            }

            Task<JsValue> assigned = _answers.Expect("assigned");
            assignment.StartClock();
            await SendAsync(assignment.Request(), cancellation).ConfigureAwait(false);
            await ProbeAsync(assignment, cancellation).ConfigureAwait(false);
            await assigned.WaitAsync(cancellation).ConfigureAwait(false);
            Become(SandboxState.Assigned, SandboxState.Assigning);
        }
        catch (Exception error)
        {
            Terminate(AsFailure(error));
            throw;
        }
        finally
        {
            _assignment = null;
        }
    }

    private async Task ProbeAsync(Assignment assignment, CancellationToken cancellation)
    {
        if (assignment.CanProbe)
        {
            await SendAsync(assignment.Probe(), cancellation).ConfigureAwait(false);
        }
    }

    private void HandleProbeAnswer(RingMessage answer)
    {
        if (_assignment?.HasFailed(answer) == true)
        {
            _answers.Fail("assigned", new SandboxException(
                SandboxException.AssignFailed, $"Job {JobId} cannot be set up: its work function, or a module of it, threw while it was evaluated."));
        }
    }

    private async Task ProvideModulesAsync(SandboxServices services, JsValue request)
    {
        Assignment? assignment = _assignment;
        assignment?.ModulesAwaited(+1);
        try
        {
            await services.ProvideModulesAsync(request).ConfigureAwait(false);
            if (assignment is not null)
            {
                await ProbeAsync(assignment, _gone.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // A work function that asks for a module in a slice has its own error handler; assign has none and would wait for ever.
            if (!_answers.Fail("assigned", error))
            {
                LogService(_log, Id, error.Message);
            }
        }
        finally
        {
            assignment?.ModulesAwaited(-1);
        }
    }
}
