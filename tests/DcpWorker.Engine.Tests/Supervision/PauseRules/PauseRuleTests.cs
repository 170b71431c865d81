using DcpWorker.Engine.Supervision.PauseRules;

namespace DcpWorker.Engine.Tests.Supervision.PauseRules;

/// <summary>How rules for pausing are written.</summary>
public sealed class PauseRuleTests
{
    [Theory]
    [InlineData("load > 4", 4, 3, false, 60)]
    [InlineData("load>4", 4, 3, false, 60)]
    [InlineData("LOAD  >  0.8 per core", 0.8, 0.6, true, 60)]
    [InlineData("load > 4 resume below 2", 4, 2, false, 60)]
    [InlineData("load > 4 resume after 5min", 4, 3, false, 300)]
    [InlineData("load > 4 per core resume below 1.5 after 90s", 4, 1.5, true, 90)]
    public void Load_has_two_marks_and_a_time(string text, double above, double below, bool perCore, double seconds)
    {
        PauseRule rule = PauseRule.Parse(text);
        LoadCondition load = Assert.IsType<LoadCondition>(rule.Condition);
        Assert.Equal((above, perCore, seconds), (load.Above, load.PerCore, rule.ResumeAfter.TotalSeconds));
        Assert.Equal(below, load.Below, 9);
    }

    [Theory]
    [InlineData("battery", typeof(BatteryCondition), 30)]
    [InlineData("battery resume after 0", typeof(BatteryCondition), 0)]
    [InlineData("user-active", typeof(UserActiveCondition), 120)]
    [InlineData(" user-active   resume after 1h ", typeof(UserActiveCondition), 3600)]
    [InlineData("hours 22:00-06:00", typeof(HoursCondition), 0)]
    public void The_others_have_a_time(string text, Type condition, double seconds)
    {
        PauseRule rule = PauseRule.Parse(text);
        Assert.IsType(condition, rule.Condition);
        Assert.Equal(seconds, rule.ResumeAfter.TotalSeconds);
        Assert.DoesNotContain("  ", rule.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hours Mon-Fri 08:00-18:00", "2026-11-27T08:00", true)] // a Friday
    [InlineData("hours Mon-Fri 08:00-18:00", "2026-11-27T17:59", true)]
    [InlineData("hours Mon-Fri 08:00-18:00", "2026-11-27T18:00", false)]
    [InlineData("hours Mon-Fri 08:00-18:00", "2026-11-27T07:59", false)]
    [InlineData("hours Mon-Fri 08:00-18:00", "2026-11-28T12:00", false)]
    [InlineData("hours Sat,Sun 00:00-24:00", "2026-11-28T00:00", true)]
    [InlineData("hours Sat,Sun 00:00-24:00", "2026-11-29T23:59", true)]
    [InlineData("hours Sat,Sun 00:00-24:00", "2026-11-30T00:00", false)]
    [InlineData("hours Fri 22:00-06:00", "2026-11-27T05:00", false)]
    [InlineData("hours Fri 22:00-06:00", "2026-11-27T23:00", true)]
    [InlineData("hours Fri 22:00-06:00", "2026-11-28T05:59", true)]
    [InlineData("hours Fri 22:00-06:00", "2026-11-28T06:00", false)]
    [InlineData("hours Fri-Mon 10:00-11:00", "2026-11-30T10:30", true)]
    [InlineData("hours Fri-Mon 10:00-11:00", "2026-12-01T10:30", false)]
    [InlineData("hours 9:00-10:00", "2026-12-01T09:30", true)]
    public void Hours_are_of_the_day_that_they_begin_on(string text, string time, bool within) =>
        Assert.Equal(within, Assert.IsType<HoursCondition>(PauseRule.Parse(text).Condition).Contains(DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("lod > 4", "'lod' is nothing to pause for")]
    [InlineData("load", "'>' and a number are missing")]
    [InlineData("load < 4", "'>' and a number are missing")]
    [InlineData("load > many", "a number above 0 is missing behind 'load >'")]
    [InlineData("load > -1", "a number above 0")]
    [InlineData("load > 4 per processor", "'core' is missing")]
    [InlineData("load > 4 resume below 5", "at a higher load")]
    [InlineData("load > 4 resume", "'after' and a time are missing")]
    [InlineData("load > 4 resume after soon", "a time up to a day is missing")]
    [InlineData("battery resume after 25h", "a time up to a day is missing")]
    [InlineData("battery resume below 3", "for load only")]
    [InlineData("battery low", "'low' has no meaning there")]
    [InlineData("hours", "hours are to be written like 08:00-18:00")]
    [InlineData("hours Mon-Fri", "hours are to be written like")]
    [InlineData("hours Mo-Fri 08:00-18:00", "'Mo-Fri' is to be days like Mon-Fri")]
    [InlineData("hours Mon-Wed-Fri 08:00-18:00", "is to be days like")]
    [InlineData("hours 08:00-08:00", "'08:00-08:00' is to be written like")]
    [InlineData("hours 08:00-25:00", "'08:00-25:00' is to be written like")]
    [InlineData("hours 8-18", "'8-18' is to be written like")]
    public void What_is_none_is_one_error_that_says_what_is_wrong_and_how_rules_are_written(string text, string fault)
    {
        PauseRuleException error = Assert.Throws<PauseRuleException>(() => PauseRule.Parse(text));
        Assert.StartsWith($"'{text}' is no rule for pausing: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        foreach (string form in (string[])["'load > 4'", "'battery'", "'user-active'", "'hours Mon-Fri 08:00-18:00'"])
        {
            Assert.Contains(form, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whatever_is_written_is_a_rule_or_that_error()
    {
        string[] words = ["load", ">", "<", "4", "0.8", "per", "core", "resume", "below", "after", "5min", "battery", "user-active", "hours", "Mon-Fri", "08:00-18:00", "-", "\0", "99999999h", "…"];
        Random random = new(20);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Join(' ', Enumerable.Range(0, random.Next(8)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                Assert.NotEmpty(PauseRule.Parse(text).Text);
            }
            catch (PauseRuleException e)
            {
                Assert.Contains("is no rule for pausing", e.Message, StringComparison.Ordinal);
            }
        }
    }
}
