namespace DcpWorker.Engine.Sandboxes;

/// <summary>What a job tells everybody about itself; work functions read it as <c>work.job.public</c>.</summary>
/// <param name="Name">Its name, or null.</param>
/// <param name="Description">A sentence, or null.</param>
/// <param name="Link">A link, or null.</param>
public sealed record JobPublic(string? Name = null, string? Description = null, string? Link = null);
