using Quartz;

namespace CacheKeeper.Scheduling;

/// <summary>A cron text on the clock of one zone, and what happens on days on which that clock is set.</summary>
/// <remarks>
/// The text is matched against the wall clock. A time that the clock skips is taken at the first instant after the gap. A time that comes twice:
/// a job of chosen hours runs at the first of the two only; a job of every hour (its hour field begins with <c>*</c>) runs at both, and also where
/// the clock as it was before would have shown its time, so that it is never silent for longer than usual.
/// </remarks>
internal sealed class CronSchedule
{
    private const int WithoutSeconds = 5;

    // Wider than any change of a clock in use since 2000, Samoa's lost day of 2011 apart.
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);

    private readonly CronExpression _wall;
    private readonly bool _everyHour;

    private CronSchedule(string text, TimeZoneInfo zone, CronExpression wall, bool everyHour) => (Text, Zone, _wall, _everyHour) = (text, zone, wall, everyHour);

    /// <summary>As the operator wrote it.</summary>
    public string Text { get; }

    public TimeZoneInfo Zone { get; }

    /// <exception cref="FormatException">The text is no cron text.</exception>
    public static CronSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
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
        if (WallAfter(Wall(after, offset)) is not { } wall)
        {
            return null;
        }

        var plain = Instant(wall, offset);
        return IsQuiet(after, offset) && IsQuiet(plain, offset) ? plain : Search(after, Wall(after, offset) - Around);
    }

    /// <summary>All times in (<paramref name="after"/>, <paramref name="until"/>], oldest first.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset until)
    {
        for (var next = Next(after); next <= until; next = Next(next.Value))
        {
            yield return next.Value;
        }
    }

    // Near a change of the clock: every wall time around, turned into instants; the earliest after `after` wins.
    private DateTimeOffset? Search(DateTimeOffset after, DateTime from)
    {
        DateTimeOffset? best = null;
        for (var wall = WallAfter(from); wall is { } time; wall = WallAfter(time))
        {
            foreach (var instant in Instants(time))
            {
                best = instant > after && !(best <= instant) ? instant : best;
            }

            if (best is { } found && time > Wall(found, Zone.GetUtcOffset(found)) + Around)
            {
                break;
            }
        }

        return best;
    }

    private IEnumerable<DateTimeOffset> Instants(DateTime wall)
    {
        var (early, late) = (Zone.GetUtcOffset(Instant(wall, TimeSpan.Zero) - TimeSpan.FromHours(15)), Zone.GetUtcOffset(Instant(wall, TimeSpan.Zero) + TimeSpan.FromHours(15)));
        var (first, second) = (Instant(wall, early), Instant(wall, late));
        if (early == late)
        {
            return [first];
        }

        var change = ChangeBetween(Instant(wall, TimeSpan.Zero) - TimeSpan.FromHours(15), Instant(wall, TimeSpan.Zero) + TimeSpan.FromHours(15));
        return (first < change, second >= change) switch
        {
            (true, true) => _everyHour ? [first, second] : [first],
            (true, false) => [first],
            (false, true) when _everyHour && first < change + (early - late) => [first, second],
            (false, true) => [second],
            _ => [change],
        };
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

        return high;
    }

    private bool IsQuiet(DateTimeOffset time, TimeSpan offset) =>
        Zone.GetUtcOffset(time - Around) == offset && Zone.GetUtcOffset(time) == offset && Zone.GetUtcOffset(time + Around) == offset;

    private DateTime? WallAfter(DateTime wall) => _wall.GetNextValidTimeAfter(Instant(wall, TimeSpan.Zero))?.UtcDateTime;

    private static DateTime Wall(DateTimeOffset time, TimeSpan offset) => DateTime.SpecifyKind(time.UtcDateTime + offset, DateTimeKind.Unspecified);

    private static DateTimeOffset Instant(DateTime wall, TimeSpan offset) => new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), TimeSpan.Zero) - offset;
}
