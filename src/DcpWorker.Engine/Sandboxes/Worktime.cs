namespace DcpWorker.Engine.Sandboxes;

/// <summary>An environment in which work functions run, such as <c>map-basic</c> (JavaScript) or <c>pyodide</c> (Python).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its exact version; in a job, the range of versions that will do.</param>
public sealed record Worktime(string Name, string Version);
