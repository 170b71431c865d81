using System.Globalization;
using DcpWorker.Engine.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>No text, whoever wrote it, makes more than its own line of a log, and no secret gets into one.</summary>
public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Grüße, 漢字 😀", "Grüße, 漢字 😀")]
    [InlineData("one\ntwo\r\nthree", @"one\ntwo\r\nthree")]
    [InlineData("tab\there", @"tab\there")]
    [InlineData("\u001b[2J\u001b]0;owned\u0007", @"\u{1b}[2J\u{1b}]0;owned\u{7}")]
    [InlineData("nul\0", @"nul\u{0}")]
    [InlineData("next\u0085line\u2028and\u2029paragraph", @"next\u{85}line\u{2028}and\u{2029}paragraph")]
    [InlineData("right\u202eto left\u200b", @"right\u{202e}to left\u{200b}")]
    [InlineData("tag \U000E0041", @"tag \u{e0041}")]
    [InlineData("trailing\n\n", "trailing")]
    [InlineData("", "")]
    public void Text_becomes_one_line_and_loses_nothing(string text, string line) => Assert.Equal(line, LogText.OneLine(text));

    [Fact]
    public void Half_a_pair_of_surrogates_is_replaced() => Assert.Equal("half \ufffd pair", LogText.OneLine("half \ud800 pair"));

    [Fact]
    public void Long_text_is_cut()
    {
        Assert.Equal(LogText.MostCharacters + 1, LogText.OneLine(new string('x', 10_000_000)).Length);
        Assert.InRange(LogText.OneLine(new string('\n', 100_000) + "x").Length, LogText.MostCharacters, LogText.MostCharacters + 20);
    }

    [Theory]
    [InlineData("https://scott:tiger@scheduler.example/path", "https://scott:********@scheduler.example/path")]
    [InlineData("tried https://a:b@c@d/ and http://e.example:80/", "tried https://a:********@d/ and http://e.example:80/")]
    [InlineData("""{"joinKey":"k","joinSecret":"tig\"er","n":1}""", """{"joinKey":"k","joinSecret":"********","n":1}""")]
    [InlineData("--passphrase=hunter2 --label=x", "--passphrase=******** --label=x")]
    [InlineData("key 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318.", "key 0x********.")]
    [InlineData("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", "********")]
    [InlineData("eh1-672937c2b944982e071185b888770f8b8ea67c11f56d545e403e0d513c609b87", "eh1-********")]
    [InlineData("account 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "account 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData("Passphrase: give it with --passphrase-file.", "Passphrase: give it with --passphrase-file.")]
    [InlineData("multi\nline https://scott:tiger@x/", @"multi\nline https://scott:********@x/")]
    public void Secrets_are_masked(string text, string line) => Assert.Equal(line, LogText.OneLine(text));

    [Fact]
    public void Hostile_text_takes_no_time_that_matters()
    {
        string[] hostile =
        [
            string.Concat(Enumerable.Repeat("://", 100_000)),
            "://" + new string(':', 300_000),
            string.Concat(Enumerable.Repeat("\"secret\":\"", 50_000)),
            string.Concat(Enumerable.Repeat("secret=", 50_000)),
            new string('a', 300_000),
        ];
        Assert.All(hostile, text => Assert.InRange(LogText.OneLine(text).Length, 1, LogText.MostCharacters + 20));
    }

    [Fact]
    public void Random_text_never_holds_what_moves_a_cursor_or_ends_a_line()
    {
        Random random = new(4);
        for (int i = 0; i < 2000; i++)
        {
            string text = new([.. Enumerable.Range(0, 40).Select(_ => (char)random.Next(0, random.Next(2) == 0 ? 0x100 : 0x10000))]);
            string line = LogText.OneLine(text);
            string json = LogText.EscapeJson(DcpWorker.Engine.Serialization.JsonWriter.Quote(text));
            Assert.DoesNotContain(line.EnumerateRunes(), IsUnsafe);
            Assert.DoesNotContain(json.EnumerateRunes(), IsUnsafe);
        }
    }

    [Fact]
    public void Escaped_json_says_the_same()
    {
        const string Text = "a\u2028b\u0085c\u202ed\u001b\U000E0041é";
        string json = LogText.EscapeJson(Engine.Serialization.JsonWriter.Quote(Text));
        Assert.Equal(Text, Engine.Serialization.JsonReader.Parse(json).AsString());
    }

    private static bool IsUnsafe(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
