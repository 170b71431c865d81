namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>What a parameter is in one of its sets.</summary>
internal sealed record ParameterUse(string Set, int? Position, bool IsMandatory, bool FromPipeline, bool ByPropertyName);
