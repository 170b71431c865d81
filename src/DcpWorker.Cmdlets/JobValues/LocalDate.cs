using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.JobValues;

/// <summary>
/// Local times as JavaScript's dates. At the ends of the calendar the moment of a local time may lie outside of the years 1 to 9999, which
/// is all that .NET's moments know; and the first of all times stands for none in much of what PowerShell has.
/// </summary>
internal static class LocalDate
{
    /// <summary>The moment of a time, to the millisecond; a time of an unspecified kind is local.</summary>
    public static JsDate From(DateTime time)
    {
        TimeSpan offset = time.Kind == DateTimeKind.Utc ? TimeSpan.Zero : TimeZoneInfo.Local.GetUtcOffset(time);
        (long milliseconds, long rest) = Math.DivRem(time.Ticks - offset.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMillisecond);
        return new JsDate(rest < 0 ? milliseconds - 1 : milliseconds);
    }

    /// <summary>The local time of a date; null when that is in no year from 1 to 9999, or the date is invalid.</summary>
    public static DateTime? Of(JsDate date)
    {
        if (date.Moment is { } moment)
        {
            return moment.LocalDateTime;
        }

        TimeSpan offset = TimeZoneInfo.Local.GetUtcOffset(date.Milliseconds < 0 ? DateTime.MinValue : DateTime.MaxValue);
        return new JsDate(date.Milliseconds + offset.TotalMilliseconds).Moment is { } local ? DateTime.SpecifyKind(local.DateTime, DateTimeKind.Local) : null;
    }
}
