using DcpScheduler.Storage;
using DcpScheduler.Web;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Keeps packages of modules that work functions require.</summary>
internal sealed class PackageManagerService(ModuleStore modules, SchedulerAddress address) : IService
{
    private const int MostFiles = 1000;
    private const int LongestName = 200;
    private const string Extension = ".js";

    /// <inheritdoc/>
    public string Path => "package-manager";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "deployPackage" => DeployAsync(request),
        "fetchModuleURL" => Task.FromResult<JsValue>(FetchAddresses(request.Data)),
        _ => throw Requests.Unknown(request),
    };

    private async Task<JsValue> DeployAsync(IncomingRequest request)
    {
        string name = Requests.Whole(Requests.Text(request.Data, "name", LongestName), "name");
        string version = Requests.Text(request.Data, "version", 100);
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || request.Data["files"] is not JsObject { Count: > 0 and <= MostFiles } files)
        {
            throw Requests.Invalid($"A package needs a 'name' without slashes, and 1 to {MostFiles} 'files'.");
        }

        if (modules.ReadOwner(name) is { } owner && owner != request.Peer.ToString())
        {
            throw new ProtocolException("EPERM", $"The package {name} was deployed by another identity.");
        }

        List<(string, string)> texts = [.. files.Select(f => (
            f.Key.Length is > 0 and <= LongestName ? Requests.Whole(f.Key, "files") : throw Requests.Invalid($"A file's name may have {LongestName} characters."),
            Requests.Whole(f.Value.AsString() ?? throw Requests.Invalid($"The file {f.Key} must be a text."), f.Key)))];
        await modules.ReplaceAsync(name, version, request.Peer, texts).ConfigureAwait(false);
        return new JsObject { ["success"] = true, ["name"] = name, ["version"] = version, ["status"] = "success" };
    }

    /// <summary>
    /// Where the texts of the packages of these modules (<c>package/file</c>) are, under the modules' names, which have
    /// no extension. All files of a package come: a module may require others of its own, which nobody asks for then.
    /// </summary>
    private JsObject FetchAddresses(JsValue data)
    {
        JsObject groups = [];
        foreach (string module in Requests.Texts(data, "modules", MostFiles, 2 * LongestName))
        {
            int slash = module.IndexOf('/', StringComparison.Ordinal);
            string package = slash < 0 ? module : module[..slash];
            IReadOnlyList<string> files = modules.ReadFiles(package);
            string? wanted = slash < 0 ? null : module[(slash + 1)..];
            if (!files.Any(f => wanted is null || f == wanted || f == wanted + Extension))
            {
                throw new ProtocolException("ENOENT", $"There is no module '{module}'. Deploy its package first.");
            }

            JsValue group = groups[package] is JsObject known ? known : groups[package] = new JsObject();
            foreach (string file in files)
            {
                group[file.EndsWith(Extension, StringComparison.Ordinal) ? file[..^Extension.Length] : file] = new Uri(address.Url, $"module/{Uri.EscapeDataString(package)}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}").AbsoluteUri;
            }
        }

        return groups;
    }
}
