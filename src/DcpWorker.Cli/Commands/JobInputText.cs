using System.Globalization;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Commands;

/// <summary>Reads what a job is made of from files and from the command line.</summary>
internal static class JobInputText
{
    /// <summary>The source of the work function in a file.</summary>
    public static string WorkFunction(string file) =>
        WorkFunctionText.ToExpression(Read(file)) ?? throw new UsageException($"There is no work function in {file}.");

    /// <summary>The input of a job, from exactly one of the two options.</summary>
    public static JobInput Input(string? data, string? range) => (data, range) switch
    {
        ({ } text, null) when Array(text, "--data") is { Count: > 0 } values => JobInput.Of(values),
        ({ }, null) => throw new UsageException("--data holds nothing to compute: give an array with an element for each slice."),
        (null, { } text) => JobInput.Of(Range(text)),
        _ => throw new UsageException("Say what to compute with either --data or --range."),
    };

    /// <summary>The elements of a JSON array, given as it is or, after <c>@</c>, by a file.</summary>
    public static IReadOnlyList<JsValue> Array(string text, string option)
    {
        JsValue value;
        try
        {
            value = JsonReader.Parse(text.StartsWith('@') ? Read(text[1..]) : text);
        }
        catch (SerializationException e)
        {
            throw new UsageException($"{option}: {e.Message}", e);
        }

        return value is JsArray array
            ? [.. array.Items.Select(i => i ?? JsValue.Undefined)]
            : throw new UsageException($"{option} takes a JSON array, such as '[1, 2, 3]'.");
    }

    private static RangeObject Range(string text)
    {
        string[] parts = text.Split("..");
        double[] numbers = new double[parts.Length];
        bool reads = parts.Length is 2 or 3;
        for (int i = 0; reads && i < parts.Length; i++)
        {
            reads = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        }

        if (!reads)
        {
            throw new UsageException($"'{text}' is no range: write one like 1..100 or 0..1..0.25.");
        }

        RangeObject range;
        try
        {
            range = RangeObject.Create(numbers[0], numbers[1], numbers.Length == 3 ? numbers[2] : null);
        }
        catch (SerializationException e)
        {
            throw new UsageException($"--range {text}: {e.Message}", e);
        }

        return range.Count > 0 ? range : throw new UsageException($"The range {text} is empty.");
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {file}.", e);
        }
    }
}
