using CacheKeeper.Optimization.Advice;

namespace CacheKeeper.Optimization;

/// <summary>Whether the database is quiet enough for maintenance. Pure.</summary>
internal static class QuietTime
{
    // Lookups of the last minutes above this share of the usual pace are traffic that maintenance should not meet.
    private const double QuietBelow = 0.5;

    /// <summary>Why maintenance must wait; null when it need not.</summary>
    public static string? WhyNot(AdviceInputs inputs)
    {
        if (inputs.Database?.BusySessions is { } busy && busy > inputs.Policy.Indexes.QuietSessions)
        {
            return $"{busy} sessions are at work; maintenance waits for a quieter time";
        }

        return inputs.History is { } history && history.RecentPace is { } pace && pace > QuietBelow
            ? $"the cache is asked {pace * 100:0} % as often as usual; maintenance waits for a quiet time (below {QuietBelow * 100:0} %)"
            : null;
    }
}
