using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.Placement;

/// <summary>Which rows are worth a copy in Redis before a peak: those asked for most, within the budget. Pure.</summary>
internal static class Prewarming
{
    // A copy that ends sooner helps nobody.
    private static readonly TimeSpan WorthCopying = TimeSpan.FromMinutes(5);

    /// <summary>The rows to copy, the most asked for first. Entries whose use or end is not known are no candidates.</summary>
    public static IReadOnlyList<EntryHead> Choose(IEnumerable<EntryHead> rows, PrewarmPolicy policy, DateTimeOffset now)
    {
        var chosen = new List<EntryHead>();
        long bytes = 0;
        foreach (var row in rows.Where(row => row is { AccessCount: > 0, QueryHash: not null } && EndOf(row, now) - now >= WorthCopying).OrderByDescending(row => row.AccessCount).ThenByDescending(row => row.AccessedAt))
        {
            if (chosen.Count == policy.MostEntries || bytes + row.Bytes > policy.MostBytes)
            {
                break;
            }

            bytes += row.Bytes;
            chosen.Add(row);
        }

        return chosen;
    }

    /// <summary>The key that a copy stands under: the first that a lookup asks for.</summary>
    public static string KeyOf(EntryHead row, string prefix) => CacheKeys.OfCategory(row.Category ?? CategoryRules.General.Category, row.QueryHash!, prefix);

    /// <summary>A copy ends with its row, and never later than a key of its kind would.</summary>
    public static DateTimeOffset EndOf(EntryHead row, DateTimeOffset now) => row.ExpiresAt is { } end && end < now + CacheKeys.CategoryLifetime ? end : now + CacheKeys.CategoryLifetime;

    /// <summary>Whether the coming hour is usually a peak; false while less than three days were seen.</summary>
    /// <param name="byHour">Logged lookups by hour of the day, UTC.</param>
    public static bool IsPeakAhead(IReadOnlyList<long> byHour, TimeSpan covered, PrewarmPolicy policy, DateTimeOffset now)
    {
        var (current, coming) = (byHour[now.UtcDateTime.Hour], byHour[now.AddHours(1).UtcDateTime.Hour]);
        return covered >= TimeSpan.FromDays(3) && coming > policy.PeakAbove * current && coming > byHour.Average();
    }
}
