namespace DcpWorker.Cmdlets;

/// <summary>One value of the configuration in force, and who set it.</summary>
/// <param name="Key">The dotted path.</param>
/// <param name="Value">The value as PowerShell has it; secrets are masked. Null when it is null or undefined.</param>
/// <param name="Type">What it is in JavaScript: number, boolean, string, url, array, object, regexp, null, undefined…</param>
/// <param name="Origin">The file, environment variable, registry key, option or URL that set it; null when nobody did.</param>
/// <param name="Line">The line of the file, from 1, when it is known.</param>
/// <param name="IsDefault">Whether nobody on this host has set it.</param>
public sealed record ConfigValue(string Key, object? Value, string Type, string? Origin, int? Line, bool IsDefault);
