namespace CacheKeeper.Verify.Scheduler;

/// <summary>The instants at which the clocks of a zone are set, found by looking at every half hour.</summary>
internal static class ZoneTransitions
{
    public static readonly IReadOnlyList<string> Zones =
        ["America/New_York", "Europe/London", "Europe/Warsaw", "America/Santiago", "Australia/Lord_Howe", "Asia/Amman", "Australia/Sydney", "Asia/Kolkata"];

    public static IEnumerable<DateTimeOffset> Of(TimeZoneInfo zone, int firstYear, int lastYear)
    {
        var step = TimeSpan.FromMinutes(30);
        var end = new DateTimeOffset(lastYear + 1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var (time, offset) = (new DateTimeOffset(firstYear, 1, 1, 0, 0, 0, TimeSpan.Zero), zone.GetUtcOffset(new DateTimeOffset(firstYear, 1, 1, 0, 0, 0, TimeSpan.Zero))); time < end; time += step)
        {
            if (zone.GetUtcOffset(time) != offset)
            {
                offset = zone.GetUtcOffset(time);
                yield return time;
            }
        }
    }
}
