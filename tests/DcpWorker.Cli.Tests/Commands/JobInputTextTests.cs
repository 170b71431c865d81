using DcpWorker.Cli.Commands;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Commands;

public sealed class JobInputTextTests
{
    [Theory]
    [InlineData("1..10", 10)]
    [InlineData("0..1..0.25", 5)]
    [InlineData("5..5", 1)]
    [InlineData("-3..3", 7)]
    public void A_range_has_as_many_slices_as_numbers(string text, int count) =>
        Assert.Equal(count, JobInputText.Input(null, text).Count);

    [Theory]
    [InlineData(null, null)]
    [InlineData("[1]", "1..2")]
    [InlineData(null, "1-2")]
    [InlineData(null, "1..")]
    [InlineData(null, "1..NaN")]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    [InlineData("[1", null)]
    [InlineData("@/no/such/file", null)]
    public void Anything_else_is_refused(string? data, string? range) =>
        Assert.Throws<UsageException>(() => JobInputText.Input(data, range));

    [Theory]
    [InlineData("x => x", "x => x\n")]
    [InlineData("x => x;\n\n", "x => x\n")]
    [InlineData("// what it does\nfunction f(x) { return x; }\n// the end", "// what it does\nfunction f(x) { return x; }\n// the end\n")]
    public void A_work_function_is_fit_to_be_wrapped_in_parentheses(string text, string source)
    {
        using TemporaryFolder folder = new();
        Assert.Equal(source, JobInputText.WorkFunction(folder.Write("work.js", text)));
    }

    [Fact]
    public void Data_has_a_slice_for_each_element() =>
        Assert.Equal(3, Assert.IsType<ValuesInput>(JobInputText.Input("[1, [2, 3], null]", null)).Values.Count);
}
