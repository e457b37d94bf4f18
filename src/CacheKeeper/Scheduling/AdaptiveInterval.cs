using System.Globalization;

namespace CacheKeeper.Scheduling;

/// <summary>A job's time between runs, as last decided.</summary>
/// <param name="Interval">What holds now.</param>
/// <param name="ChangedAt">When it was last changed; null when it never was.</param>
/// <param name="Changed">Whether this decision changed it.</param>
/// <param name="Reason">Why it was changed or left: for the ledger and the status page.</param>
internal sealed record AdaptiveInterval(TimeSpan Interval, DateTimeOffset? ChangedAt, bool Changed, string Reason)
{
    public static AdaptiveInterval AtBase(TimeSpan interval) => new(interval, null, false, "the timetable's interval");

    /// <summary>
    /// The interval from now on: longer when all is well, shorter when it is not, back towards <paramref name="basis"/> in between,
    /// one bounded step at a time. <paramref name="score"/> is 0–1 and null when unknown.
    /// </summary>
    public AdaptiveInterval Next(string job, TimeSpan basis, double? score, AdaptivePolicy policy, DateTimeOffset now)
    {
        if (policy.Steady.Contains(job))
        {
            return Moved(basis, now, $"{job} keeps its rhythm: others rely on it");
        }

        if (score is not { } known || double.IsNaN(known))
        {
            return Kept("the performance score is unknown, which changes nothing");
        }

        if (ChangedAt is { } changed && now - changed < Longer(policy.ChangePeriod, Interval))
        {
            return Kept($"changed at {changed.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, at most one change in {Longer(policy.ChangePeriod, Interval)}");
        }

        var scored = string.Create(CultureInfo.InvariantCulture, $"score {known:0.00}");
        return known switch
        {
            _ when known > policy.CalmAbove => Moved(Shorter(Interval * policy.Slower, basis * policy.Longest), now, $"{scored} is calm (above {policy.CalmAbove})"),
            _ when known < policy.BusyBelow => Moved(Longer(Interval / policy.Faster, basis * policy.Shortest), now, $"{scored} asks for attention (below {policy.BusyBelow})"),
            _ when Interval > basis => Moved(Longer(Interval / policy.Slower, basis), now, $"{scored} is ordinary: back towards {basis}"),
            _ => Moved(Shorter(Interval * policy.Faster, basis), now, $"{scored} is ordinary: back towards {basis}"),
        };
    }

    /// <summary>The first time after <paramref name="after"/> that lies whole intervals from <paramref name="anchor"/>, so that a changed interval stays aligned to its window.</summary>
    public static DateTimeOffset NextRun(DateTimeOffset anchor, TimeSpan interval, DateTimeOffset after) =>
        after < anchor ? anchor : anchor + (interval * (((after - anchor).Ticks / interval.Ticks) + 1));

    private AdaptiveInterval Kept(string reason) => this with { Changed = false, Reason = reason };

    // Whole seconds, so that steps up and down meet the base again.
    private AdaptiveInterval Moved(TimeSpan interval, DateTimeOffset now, string reason)
    {
        var whole = TimeSpan.FromSeconds(Math.Max(1, Math.Round(interval.TotalSeconds)));
        return whole == Interval
            ? Kept($"{reason}; {Interval} is where it stays")
            : new(whole, now, true, $"{reason}: every {whole} instead of {Interval}");
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
