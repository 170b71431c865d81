using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>What a sandbox may ask of its worker on behalf of a job: modules, and the network through <c>fetch()</c>.</summary>
internal sealed partial class SandboxServices(SandboxConnection connection, SandboxOptions options, JobAssignment job, ILogger log, CancellationToken ended)
{
    private const int MostModuleRequests = 100;
    private const int MostModules = 1000;

    private int _fetches;
    private int _moduleRequests;

    /// <summary>Answers a <c>dependency</c> request; whatever keeps a module away is thrown after the sandbox was told.</summary>
    internal async Task ProvideModulesAsync(JsValue request)
    {
        JsValue id = request["id"];
        try
        {
            string[] modules = request["data"] is JsArray list ? [.. list.Strings().Take(MostModules)] : [];
            if (job.ModuleSource is null || Interlocked.Increment(ref _moduleRequests) > MostModuleRequests)
            {
                throw new SandboxException("ENOMODULE", $"Job {job.JobId} asks for modules ({string.Join(", ", modules)}), but there are none for it here.");
            }

            JsValue sources = await job.ModuleSource(modules, ended).ConfigureAwait(false);
            await connection.SendAsync(ended, new JsObject { ["data"] = sources, ["id"] = id, ["request"] = "moduleGroup" }).ConfigureAwait(false);
        }
        catch (Exception error) when (!ended.IsCancellationRequested)
        {
            LogModules(log, error, job.JobId);
            await connection.SendAsync(ended, new JsObject { ["id"] = id, ["stack"] = error.Message, ["request"] = "moduleGroupError" }).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Answers a <c>fetchRequest</c>.</summary>
    internal async Task FetchAsync(JsValue request)
    {
        JsObject answer;
        try
        {
            if (Interlocked.Increment(ref _fetches) > options.MaxFetches)
            {
                throw new SandboxException("EBUSY", $"More than {options.MaxFetches} fetches at once.");
            }

            JsValue response = job.Fetch is { } fetch
                ? await fetch(request["data"], ended).ConfigureAwait(false)
                : throw new SandboxException("EPERM_ORIGIN", "This worker lets no work function fetch.");
            answer = new JsObject { ["id"] = request["id"], ["data"] = response, ["request"] = "fetchResponse" };
        }
        catch (Exception error) when (!ended.IsCancellationRequested)
        {
            LogFetch(log, error, job.JobId);
            JsObject reason = new()
            {
                ["name"] = "Error",
                ["message"] = error.Message,
                ["code"] = error is DcpException known ? known.Code : "EFETCH",
                ["stack"] = "",
            };
            answer = new JsObject { ["id"] = request["id"], ["error"] = reason, ["request"] = "fetchError" };
        }
        finally
        {
            Interlocked.Decrement(ref _fetches);
        }

        await connection.SendAsync(ended, answer).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Warning, Message = "Modules of job {JobId} are missing")]
    private static partial void LogModules(ILogger log, Exception error, string jobId);

    [LoggerMessage(EventId = 411, Level = LogLevel.Debug, Message = "A fetch of job {JobId} failed")]
    private static partial void LogFetch(ILogger log, Exception error, string jobId);
}
