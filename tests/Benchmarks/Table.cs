using Spectre.Console;

namespace DcpWorker.Benchmarks;

/// <summary>One row a figure: ours, theirs, the ratio, and what is expected of it.</summary>
internal sealed class FigureTable(string title)
{
    private readonly Table _table = new Table { Title = new TableTitle(title), Border = TableBorder.Simple }
        .AddColumn("figure")
        .AddColumn(new TableColumn("ours").RightAligned())
        .AddColumn(new TableColumn("theirs").RightAligned())
        .AddColumn(new TableColumn("ratio").RightAligned())
        .AddColumn(new TableColumn("expected").RightAligned());

    public void Add(string figure, string unit, double ours, double theirs, string expected = "") =>
        _table.AddRow(figure, Text(ours, unit), Text(theirs, unit), FormattableString.Invariant($"{ours / theirs:0.00}"), expected);

    public void AddOurs(string figure, string unit, double ours, string expected = "") =>
        _table.AddRow(figure, Text(ours, unit), "", "", expected);

    public void Print()
    {
        // a wide page when nobody looks at it: rows must not break
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 110);
        AnsiConsole.Write(_table);
    }

    private static string Text(double value, string unit) =>
        (Math.Abs(value) switch { >= 100 => FormattableString.Invariant($"{value:0}"), >= 10 => FormattableString.Invariant($"{value:0.0}"), _ => FormattableString.Invariant($"{value:0.00}") }) + " " + unit;
}
