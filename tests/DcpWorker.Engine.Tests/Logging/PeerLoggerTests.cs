using DcpWorker.Engine.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>Peers decide neither how long a log gets nor what it looks like.</summary>
public sealed class PeerLoggerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _lines = new();
    private readonly PeerLogger _log;

    public PeerLoggerTests() => _log = new PeerLogger(_lines, _time);

    [Fact]
    public void Lines_of_a_kind_are_bounded_and_what_was_left_out_is_counted()
    {
        for (int i = 0; i < PeerLogger.MostLines + 5; i++)
        {
            Say(1, $"knock {i}");
        }

        Assert.Equal(PeerLogger.MostLines, _lines.Lines.Count);
        Say(2, "another kind");
        Assert.Equal((2, "another kind"), _lines.Lines.Last());
        _time.Advance(LineRate.Interval);
        Say(1, "again");
        Say(1, "and again");
        Assert.Equal([(1, "again (5 others since the last such line)"), (1, "and again")], _lines.Lines.TakeLast(2));
    }

    [Fact]
    public void A_line_is_short_and_plain()
    {
        Say(1, "a\nb\u001b[31m");
        Say(1, new string('x', 100_000));
        Assert.Equal(@"a\nb\u{1b}[31m", _lines.Lines.First().Text);
        Assert.Equal(PeerLogger.MostCharacters + 1, _lines.Lines.Last().Text.Length);
    }

    private void Say(int id, string text) => _log.Log(LogLevel.Warning, id, text, null, static (t, _) => t);
}
