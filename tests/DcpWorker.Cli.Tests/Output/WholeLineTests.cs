using DcpWorker.Cli.Output;
using Spectre.Console;

namespace DcpWorker.Cli.Tests.Output;

public sealed class WholeLineTests
{
    [Theory]
    [InlineData(AnsiSupport.No)]
    [InlineData(AnsiSupport.Yes)]
    public void A_line_is_one_however_narrow_the_console(AnsiSupport ansi)
    {
        string text = string.Join(' ', Enumerable.Repeat("slice 2 console.log: [red]", 20));
        using StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = ansi, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 30;

        console.Write(new WholeLine(text));
        console.Write(new WholeLine("second"));

        Assert.Equal($"{text}\nsecond\n", written.ToString().ReplaceLineEndings("\n"));
    }
}
