namespace DcpWorker.Engine.Services.Registration;

/// <summary>Everything that makes a service known to its manager: files to be written, then commands to be run.</summary>
/// <param name="Files">Files, whole.</param>
/// <param name="Commands">Commands, in order.</param>
public sealed record ServiceDefinition(IReadOnlyList<ServiceFile> Files, IReadOnlyList<ManagerCommand> Commands);

/// <summary>A file of a definition.</summary>
/// <param name="Path">Where it belongs, absolute.</param>
/// <param name="Content">Its text.</param>
public sealed record ServiceFile(string Path, string Content);

/// <summary>A command of the platform's own tools.</summary>
/// <param name="Program">The tool's name.</param>
/// <param name="Arguments">Its arguments, as the tool gets them.</param>
public sealed record ManagerCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Whether it is no error when it fails: what it undoes may not be there.</summary>
    public bool MayFail { get; init; }

    /// <summary>As one would type it into the platform's shell.</summary>
    public override string ToString() => string.Join(' ', [Program, .. Arguments.Select(a => Program.EndsWith(".exe", StringComparison.Ordinal) ? ForWindows(a) : ForShell(a))]);

    private static string ForShell(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:@,%+".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string ForWindows(string argument) =>
        argument.Length > 0 && !argument.Any(" \t\"&|<>^".Contains) ? argument : $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
