namespace DcpWorker.Engine.Services.Registration.Systemd;

/// <summary>A unit file as lines: settings are changed in place, comments and order stay. Source: systemd.syntax(7).</summary>
internal sealed class UnitFile(string text)
{
    private const string Conditional = "# systemd ";
    private const string OrLater = " or later: ";

    private readonly List<string> _lines = [.. text.ReplaceLineEndings("\n").Split('\n')];

    /// <summary>The value of a setting that stands once.</summary>
    public string Get(string key) => _lines[Find(key)][(key.Length + 1)..];

    /// <summary>Gives a setting that stands once another value.</summary>
    public void Set(string key, string value) => _lines[Find(key)] = $"{key}={value}";

    /// <summary>Turns on what is commented out with the version of systemd that it needs.</summary>
    public void Enable(int version)
    {
        for (int i = 0; i < _lines.Count; i++)
        {
            int end = _lines[i].IndexOf(OrLater, StringComparison.Ordinal);
            if (_lines[i].StartsWith(Conditional, StringComparison.Ordinal) && end > 0
                && int.TryParse(_lines[i].AsSpan(Conditional.Length, end - Conditional.Length), out int needed) && version >= needed)
            {
                _lines[i] = _lines[i][(end + OrLater.Length)..];
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', _lines);

    /// <summary>A word of a command line or of a list: quoted, since a path may hold anything.</summary>
    public static string Word(string text)
    {
        string escaped = text.Replace("%", "%%", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal);
        return escaped.All(c => char.IsLetterOrDigit(c) || "-_./=:@,+%\\".Contains(c, StringComparison.Ordinal)) && escaped.Length > 0
            ? escaped
            : $"\"{escaped.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>As <see cref="Word"/>, where <c>$</c> would name a variable.</summary>
    public static string Argument(string text) => Word(text).Replace("$", "$$", StringComparison.Ordinal);

    private int Find(string key)
    {
        int line = _lines.FindIndex(l => l.StartsWith(key + "=", StringComparison.Ordinal));
        return line >= 0 ? line : throw new InvalidOperationException($"The unit has no line {key}=.");
    }
}
