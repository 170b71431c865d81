using System.Text;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Supervision.Inventory;

/// <summary>
/// Modules that jobs require, by the list of ids that was asked for; shared by all sandboxes of all jobs, and kept as long
/// as one of the jobs that asked is there. Safe for threads.
/// </summary>
internal sealed class ModuleGroups(ServiceRequest packageManager, ArtifactFetcher fetcher, SupervisorTuning tuning)
{
    /// <summary>The job asks for a module that is not there.</summary>
    public const string Missing = "ENOMODULE";

    /// <summary>The modules are larger than this worker takes.</summary>
    public const string TooBig = "EMODULETOOBIG";

    /// <summary>The modules cannot be fetched now; the network's own spelling.</summary>
    public const string FetchFailed = "EMODULEFECTCH";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Task<JsValue> Load, HashSet<string> Jobs)> _groups = new(StringComparer.Ordinal);

    /// <summary>The modules as <c>{package: {file: source}}</c>.</summary>
    /// <exception cref="SandboxException">They cannot be had: one of the codes of this class.</exception>
    public async Task<JsValue> GetAsync(string jobId, IReadOnlyList<string> ids, CancellationToken ct)
    {
        string key = JsonWriter.Write(JsArray.OfStrings(ids));
        Task<JsValue> load;
        lock (_gate)
        {
            if (!_groups.TryGetValue(key, out (Task<JsValue> Load, HashSet<string> Jobs) group) || group.Load.IsFaulted || group.Load.IsCanceled)
            {
                _groups[key] = group = (LoadAsync(ids), []);
            }

            group.Jobs.Add(jobId);
            load = group.Load;
        }

        return await load.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Forgets what only this job asked for.</summary>
    public void RemoveJob(string jobId)
    {
        lock (_gate)
        {
            foreach (string key in _groups.Where(g => g.Value.Jobs.Remove(jobId) && g.Value.Jobs.Count == 0).Select(g => g.Key).ToList())
            {
                _groups.Remove(key);
            }
        }
    }

    private async Task<JsValue> LoadAsync(IReadOnlyList<string> ids)
    {
        await Task.Yield();
        using CancellationTokenSource limit = new(tuning.ArtifactTimeout);
        try
        {
            Response response = await packageManager("fetchModuleURL", new JsObject { ["modules"] = JsArray.OfStrings(ids) }, null, limit.Token).ConfigureAwait(false);
            string? code = response.Payload["code"].AsString();
            if (!response.Success || code == "ENOENT")
            {
                string names = string.Join(", ", ids);
                throw code == "ENOENT"
                    ? new SandboxException(Missing, $"There is no module {names}: {response.Payload["message"].AsString()}")
                    : new SandboxException(FetchFailed, $"The modules {names} cannot be had: {code} {response.Payload["message"].AsString()}");
            }

            return await ReadAsync(response.Payload, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ProtocolException or ArtifactException { IsTransient: true } or OperationCanceledException)
        {
            throw new SandboxException(FetchFailed, $"The modules {string.Join(", ", ids)} cannot be fetched: {e.Message}", e);
        }
        catch (ArtifactException e)
        {
            throw new SandboxException(e.Code, e.Message, e);
        }
    }

    private async Task<JsValue> ReadAsync(JsValue packages, CancellationToken ct)
    {
        JsObject sources = [];
        long size = 0;
        foreach ((string package, JsValue files) in packages as JsObject ?? [])
        {
            JsObject read = [];
            foreach ((string file, JsValue url) in files as JsObject ?? [])
            {
                string location = url.AsString() ?? throw new SandboxException(Missing, $"The package manager gives no location for {package}/{file}.");
                string text = await TextAsync(location, ct).ConfigureAwait(false);
                size += text.Length;
                if (size > tuning.MaxModuleSize)
                {
                    throw new SandboxException(TooBig, $"The modules have more than {tuning.MaxModuleSize} characters, the most that this worker takes.");
                }

                read[file] = text;
            }

            sources[package] = read;
        }

        return sources;
    }

    private async Task<string> TextAsync(string location, CancellationToken ct)
    {
        if (ArtifactFetcher.IsInline(location))
        {
            return ArtifactFetcher.DecodeInline(location).Value.AsString()
                ?? throw new SandboxException(Missing, "The package manager gives a module that is not text.");
        }

        (_, byte[] content) = await fetcher.DownloadAsync(location, FetchPurpose.Module, null, tuning.MaxModuleSize, ct).ConfigureAwait(false);
        return Encoding.UTF8.GetString(content);
    }
}
