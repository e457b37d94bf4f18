using Quartz;

namespace CacheKeeper.Scheduling;

/// <summary>A cron text on the clock of one zone, and what happens on days on which that clock is set.</summary>
/// <remarks>
/// The text is matched against the wall clock. A time that the clock skips is taken at the first instant after the gap. A time that comes twice:
/// a job of chosen hours runs at the first of the two only; a job of every hour (its hour field begins with <c>*</c>) runs at both, and once more when
/// the clock as it was before would have shown its next time, so that it is never silent for longer than usual.
/// </remarks>
internal sealed class CronSchedule
{
    private const int WithoutSeconds = 5;

    // Wider than any change of a clock in use since 2000, Samoa's lost day of 2011 apart.
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly CronExpression _wall;
    private readonly bool _everyHour;

    private CronSchedule(string text, TimeZoneInfo zone, CronExpression wall, bool everyHour) => (Text, Zone, _wall, _everyHour) = (text, zone, wall, everyHour);

    /// <summary>As the operator wrote it.</summary>
    public string Text { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Whether it is written with a field for seconds, which a crontab does not have.</summary>
    public bool HasSeconds => Fields(Text).Length > WithoutSeconds;

    /// <exception cref="FormatException">The text is no cron text.</exception>
    public static CronSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = Fields(text);
        var format = fields.Length <= WithoutSeconds ? CronFormat.Unix : CronFormat.Quartz;
        var hour = fields.Length switch { < WithoutSeconds => fields is ["@hourly"] ? "*" : "0", WithoutSeconds => fields[1], _ => fields[2] };
        return new CronSchedule(text, zone, CronExpression.Parse(text, format).WithTimeZone(TimeZoneInfo.Utc), hour.StartsWith('*'));
    }

    /// <summary>What is wrong with a cron text; null when it can be used.</summary>
    public static string? WhyNot(string text)
    {
        try
        {
            return Parse(text, TimeZoneInfo.Utc).Next(DateTimeOffset.UnixEpoch) is null ? $"'{text}' never comes." : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return $"'{text}' is no cron text: {e.Message.TrimEnd('.')}. Write five fields, minute hour day month weekday, such as 0 2 * * *.";
        }
    }

    /// <summary>The first time after <paramref name="after"/>; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        after = after.ToUniversalTime();
        var offset = Zone.GetUtcOffset(after);
        if (On(offset, after) is not { } plain)
        {
            return null;
        }

        var reach = _everyHour ? Day : Around;
        if (FirstChange(after - reach, plain + Around) is not { } change)
        {
            return plain;
        }

        // Beyond the change's reach the clock is an ordinary one again.
        var next = NearChange(after, change);
        return next <= change + reach ? next : Next(change + reach);
    }

    /// <summary>All times in (<paramref name="after"/>, <paramref name="until"/>], oldest first.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset until)
    {
        for (var next = Next(after); next <= until; next = Next(next.Value))
        {
            yield return next.Value;
        }
    }

    // What the clock would show had it stayed as it was, what it shows since, and the instant of the change for what it skipped: the earliest wins.
    private DateTimeOffset? NearChange(DateTimeOffset after, DateTimeOffset change)
    {
        var (early, late) = (Zone.GetUtcOffset(change - Tick), Zone.GetUtcOffset(change));
        var (back, forward) = (early - late, late - early);
        DateTimeOffset?[] candidates =
        [
            On(early, after) is { } before && before < change ? before : null,
            after < change && On(early, change - Tick) is { } skipped && skipped < change + forward ? change : null,
            _everyHour && back > TimeSpan.Zero && On(early, change - Tick) is { } again && again > after ? again : null,
            On(late, Later(after, (_everyHour || back < TimeSpan.Zero ? change : change + back) - Tick)),
        ];
        return candidates.Min();
    }

    // The first instant in (from, until] at which the zone's offset changes; two changes are never less than days apart.
    private DateTimeOffset? FirstChange(DateTimeOffset from, DateTimeOffset until)
    {
        var before = Zone.GetUtcOffset(from);
        for (var low = from; low < until; low += Day)
        {
            var high = low + Day < until ? low + Day : until;
            if (Zone.GetUtcOffset(high) != before)
            {
                return ChangeBetween(low, high);
            }
        }

        return null;
    }

    // The instant at which the zone's offset changes, to the second.
    private DateTimeOffset ChangeBetween(DateTimeOffset low, DateTimeOffset high)
    {
        var before = Zone.GetUtcOffset(low);
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = DateTimeOffset.FromUnixTimeSeconds((low.ToUnixTimeSeconds() + high.ToUnixTimeSeconds()) / 2);
            (low, high) = Zone.GetUtcOffset(middle) == before ? (middle, high) : (low, middle);
        }

        return DateTimeOffset.FromUnixTimeSeconds(high.ToUnixTimeSeconds());
    }

    private static string[] Fields(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The first time after an instant on a clock that always has this offset.</summary>
    private DateTimeOffset? On(TimeSpan offset, DateTimeOffset after) =>
        _wall.GetNextValidTimeAfter(new DateTimeOffset(after.UtcDateTime + offset, TimeSpan.Zero)) is { } wall ? wall - offset : null;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
