namespace DcpWorker.Cli.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain – text ✓", "plain – text ✓")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("\u001b[2J\u001b]0;title\u0007gone", "[2J]0;titlegone")]
    [InlineData("right\u202eto left", "rightto left")]
    [InlineData("\u009b31m", "31m")]
    public void Control_and_format_characters_do_not_reach_the_terminal(string text, string shown) =>
        Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal("aaa…", Printable.Line("aaaaa", 3));
}
