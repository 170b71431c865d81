using DcpWorker.Engine.Serialization;

namespace Interop.Tests.Support;

/// <summary>Deploys all jobs and says what came of each, in the form that peers/deploy.js writes.</summary>
internal interface IDeployer
{
    /// <summary>Deploys the jobs at once and waits for their ends.</summary>
    Task<JsValue> RunAsync(Uri scheduler, Home home, TimeSpan most);
}
