namespace CacheKeeper.Alerts;

/// <summary>A stated period in which matching alerts are not told: by whom, why, until when.</summary>
internal sealed record Silence
{
    public required string Id { get; init; }
    public required AlertMatcher Matcher { get; init; }
    public required string Author { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    public bool Covers(WatchedRule rule, string fingerprint, DateTimeOffset now) => StartsAt <= now && now < EndsAt && Matcher.Matches(rule, fingerprint);
}

/// <summary>That somebody knows of an alert and sees to it: reminders and escalation rest until <paramref name="Until"/>.</summary>
internal sealed record Acknowledgement(string Fingerprint, string Author, string Note, DateTimeOffset At, DateTimeOffset Until);
