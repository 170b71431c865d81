using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Configuration;

/// <summary>What get-config-value.js answered in 2020, recorded, and ours on the same site.</summary>
public sealed class TranscriptTests : IDisposable
{
    private const string Site = "{ standaloneWorker: { listen: url('tcp://localhost:9009/'), location: url('tcp://localhost:9009/') } }\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, int> Examples()
    {
        TheoryData<string, string, int> examples = [];
        foreach (string block in File.ReadAllText(Path.Combine(Built.Root, "tests", "vectors", "cli", "get-config-value-2020-examples.txt")).Split("$ get-config-value.js ")[1..])
        {
            string[] lines = block.TrimEnd('\n').Split('\n');
            // --all was printed twice then, and this record is cut; where files lie differs (both are tested apart)
            if (!lines[0].Contains("--all", StringComparison.Ordinal) && !lines[0].Contains("--showfiles", StringComparison.Ordinal))
            {
                examples.Add(lines[0], string.Join('\n', lines[1..^1]), int.Parse(lines[^1]["[rc=".Length..^1], System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Get_config_value_answers_as_in_2020(string arguments, string output, int exitCode)
    {
        _folder.Write("dcp-site-config.js", Site);
        Finished run = await new Tool(_folder).RunProgramAsync("get-config-value", "", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        // then it was 1 for help too: whoever asks for help has made no mistake
        Assert.Equal(arguments == "--help" ? 0 : exitCode, run.ExitCode);
        if (output.Contains("Usage:", StringComparison.Ordinal))
        {
            Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(output, run.Output.TrimEnd('\n'));
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public async Task The_files_are_listed_before_the_values_as_in_2020()
    {
        string site = _folder.Write("dcp-site-config.js", Site);
        Finished run = await new Tool(_folder).RunProgramAsync("get-config-value", "", "--showfiles", "standaloneWorker.listen.port");

        Assert.Equal("Files loaded:", run.Lines[0]);
        Assert.Equal([$" - {site}", "\"9009\""], run.Lines.TakeLast(2));
        Assert.EndsWith("\n\n\"9009\"\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_is_printed_once()
    {
        Finished run = await new Tool(_folder).RunProgramAsync("get-config-value", "", "--all");

        Assert.Single(run.Lines, line => line == "  \"scheduler\": {");
        Assert.Equal("https://scheduler.distributed.computer/", Engine.Serialization.JsonReader.Parse(run.Output)["scheduler"]["location"]["href"].AsString());
    }
}
