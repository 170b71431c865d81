using DcpWorker.Engine.Serialization;

namespace Interop.Tests.Support;

/// <summary>npm dcp-client.</summary>
internal sealed class RealDeployer : IDeployer
{
    /// <inheritdoc/>
    public async Task<JsValue> RunAsync(Uri scheduler, Home home, TimeSpan most)
    {
        string folder = home.Sub("deployer");
        string file = Path.Combine(folder, "outcomes.kvin");
        await using Peer deployer = Peer.Start(folder, "node", [Place.Script("deploy.js"), scheduler.AbsoluteUri, file, .. Place.JobFiles]);
        try
        {
            await deployer.WaitForEndAsync(most);
        }
        catch (TimeoutException) when (File.Exists(file))
        {
            // the tests tell which jobs have no outcome
        }

        return KvinReader.Deserialize(await File.ReadAllTextAsync(file));
    }
}
