using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests;

/// <summary>What would keep two builds from giving the same bytes, as <c>./build.sh pack --check</c> compares them.</summary>
public sealed class ReproducibilityTests
{
    [Fact]
    public void The_log_messages_of_a_class_are_in_one_file()
    {
        // Of several, Microsoft.Extensions.Logging's generator takes now the one first and now the other.
        string[] files = [.. Directory.GetFiles(Path.Combine(Built.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(f).Contains("[LoggerMessage(", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        Assert.All(
            files.GroupBy(f => Path.Combine(Path.GetDirectoryName(f)!, Path.GetFileName(f).Split('.')[0])),
            one => Assert.True(one.Count() == 1, $"{one.Key} has them in {string.Join(", ", one.Select(Path.GetFileName))}"));
    }
}
