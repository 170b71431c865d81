using System.Globalization;
using System.Text.RegularExpressions;

namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>Reads one rule, word by word.</summary>
internal sealed partial class PauseRuleParser
{
    private const double DefaultLowerMark = 0.75;
    private static readonly TimeSpan LongestResume = TimeSpan.FromDays(1);
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly string _text;
    private readonly string[] _words;
    private int _next;

    public PauseRuleParser(string text)
    {
        _words = [.. Word().Matches(text).Select(m => m.Value)];
        _text = string.Join(' ', _words);
    }

    public PauseRule Read()
    {
        (IPauseCondition Condition, TimeSpan ResumeAfter) read = Take()?.ToLowerInvariant() switch
        {
            "load" => (ReadLoad(), TimeSpan.FromMinutes(1)),
            "battery" => (new BatteryCondition(), TimeSpan.FromSeconds(30)),
            "user-active" => (new UserActiveCondition(), TimeSpan.FromMinutes(2)),
            "hours" => (ReadHours(), TimeSpan.Zero),
            null => throw Fault("it is empty"),
            var other => throw Fault($"'{other}' is nothing to pause for"),
        };
        (IPauseCondition condition, TimeSpan resumeAfter) = read;
        if (Accept("resume"))
        {
            bool below = Accept("below");
            if (below)
            {
                condition = WithLowerMark(condition);
            }

            resumeAfter = Accept("after") ? ReadTime() : below ? resumeAfter : throw Fault("'after' and a time are missing behind 'resume'");
        }

        return _next == _words.Length ? new PauseRule(_text, condition, resumeAfter) : throw Fault($"'{_words[_next]}' has no meaning there");
    }

    private LoadCondition ReadLoad()
    {
        if (Take() != ">")
        {
            throw Fault("'>' and a number are missing behind 'load'");
        }

        double above = ReadNumber("load >");
        bool perCore = Accept("per");
        return perCore && !Accept("core") ? throw Fault("'core' is missing behind 'per'") : new LoadCondition(above, above * DefaultLowerMark, perCore);
    }

    private LoadCondition WithLowerMark(IPauseCondition condition)
    {
        if (condition is not LoadCondition load)
        {
            throw Fault("'resume below' is for load only");
        }

        double below = ReadNumber("below");
        return below <= load.Above ? load with { Below = below } : throw Fault("it would resume at a higher load than it pauses at");
    }

    private HoursCondition ReadHours()
    {
        string? word = Take();
        bool[] days = [.. Enumerable.Repeat(true, Days.Length)];
        if (word is not null && !char.IsAsciiDigit(word[0]))
        {
            days = ReadDays(word);
            word = Take();
        }

        string[] ends = word?.Split('-') ?? [];
        return ends.Length == 2 && ReadClock(ends[0]) is { } from && ReadClock(ends[1]) is { } to && from != to && from < TimeSpan.FromDays(1)
            ? new HoursCondition(days, from, to)
            : throw Fault($"{(word is null ? "hours are" : $"'{word}' is")} to be written like 08:00-18:00, or 22:00-06:00 over midnight");
    }

    private bool[] ReadDays(string text)
    {
        bool[] days = new bool[Days.Length];
        foreach (string part in text.ToLowerInvariant().Split(','))
        {
            string[] ends = part.Split('-');
            int first = Array.IndexOf(Days, ends[0]);
            int last = Array.IndexOf(Days, ends[^1]);
            if (first < 0 || last < 0 || ends.Length > 2)
            {
                throw Fault($"'{text}' is to be days like Mon-Fri, or Sat,Sun");
            }

            for (int day = first; ; day = (day + 1) % Days.Length)
            {
                days[day] = true;
                if (day == last)
                {
                    break;
                }
            }
        }

        return days;
    }

    private static TimeSpan? ReadClock(string text) =>
        ClockTime().Match(text) is { Success: true } match
        && new TimeSpan(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), 0) is var time
        && time <= TimeSpan.FromDays(1)
            ? time
            : null;

    private double ReadNumber(string behind) =>
        double.TryParse(Take(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is > 0 and < 1e6
            ? number
            : throw Fault($"a number above 0 is missing behind '{behind}'");

    private TimeSpan ReadTime()
    {
        Match match = Duration().Match(Take() ?? "");
        double unit = match.Groups[2].Value switch { "h" => 3600, "min" => 60, _ => 1 };
        return match.Success && double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit is var seconds && seconds <= LongestResume.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Fault("a time up to a day is missing behind 'after', such as 30s, 5min or 1h");
    }

    private string? Take() => _next < _words.Length ? _words[_next++] : null;

    private bool Accept(string word)
    {
        bool found = _next < _words.Length && _words[_next].Equals(word, StringComparison.OrdinalIgnoreCase);
        _next += found ? 1 : 0;
        return found;
    }

    private PauseRuleException Fault(string fault) => new(_text, fault);

    [GeneratedRegex(@"[<>]|[^\s<>]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^([0-9]{1,2}):([0-5][0-9])$")]
    private static partial Regex ClockTime();

    [GeneratedRegex(@"^([0-9]{1,7}(?:\.[0-9]{1,3})?)(s|min|h)?$")]
    private static partial Regex Duration();
}
