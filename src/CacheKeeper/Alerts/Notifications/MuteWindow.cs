namespace CacheKeeper.Alerts;

/// <summary>A stretch of every week in which nothing is sent: checks go on, messages wait.</summary>
internal sealed record MuteWindow
{
    /// <summary>What it is called in what is told of it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The days on which it starts; none means every day.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [];

    /// <summary>Local time at which it starts.</summary>
    public TimeOnly Start { get; init; }

    /// <summary>How long it lasts.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromHours(1);

    /// <summary>An IANA name, such as Asia/Kolkata.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Which alerts it mutes; none named means all.</summary>
    public AlertMatcher Matcher { get; init; } = new();

    /// <summary>Who set it.</summary>
    public string Author { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The day after which it no longer applies; nothing is muted for ever by accident.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Whether a moment lies within it. By local wall-clock time, so it starts at the same hour in summer and winter.</summary>
    public bool Covers(DateTimeOffset now)
    {
        var zone = Zone(TimeZone);
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        for (var day = DateOnly.FromDateTime(local).AddDays(-LongestDays); day <= DateOnly.FromDateTime(local); day = day.AddDays(1))
        {
            var start = day.ToDateTime(Start);
            if (StartsOn(day) && start <= local && local < start + Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"there is no time zone '{TimeZone}'";
        }

        if (Length <= TimeSpan.Zero || Length > TimeSpan.FromDays(LongestDays))
        {
            yield return "length must be more than 0 and at most 6 days";
        }

        if (Author.Length == 0 || Reason.Length == 0 || Until is null)
        {
            yield return "author, reason and until are needed, so that nobody wonders later";
        }
    }

    private const int LongestDays = 6;

    private bool StartsOn(DateOnly day) => (Days.Count == 0 || Days.Contains(day.DayOfWeek)) && !(Until < day);

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
