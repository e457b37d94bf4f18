namespace CacheKeeper.Analytics.Insights;

/// <summary>Keeps insights from being repeated: the same matter stays one open entry with fresh figures.</summary>
internal static class InsightBook
{
    /// <summary>Compares what is open with what was found now. An insight not found stays open for <see cref="InsightPolicy.CloseAfter"/>.</summary>
    public static InsightChanges Update(IReadOnlyList<BookedInsight> open, IReadOnlyList<Insight> found, InsightPolicy policy, DateTimeOffset now)
    {
        var known = open.Where(booked => booked.IsOpen).ToDictionary(booked => booked.Insight.Id);
        var latest = found.DistinctBy(insight => insight.Id).ToDictionary(insight => insight.Id);
        var seen = known.Values.Where(booked => latest.ContainsKey(booked.Insight.Id)).ToList();
        var unseen = known.Values.Where(booked => !latest.ContainsKey(booked.Insight.Id)).ToLookup(booked => now - booked.LastSeenAt >= policy.CloseAfter);
        return new InsightChanges(
            [.. latest.Values.Where(insight => !known.ContainsKey(insight.Id)).Select(insight => new BookedInsight(insight, now, now))],
            [.. seen.Where(booked => latest[booked.Insight.Id].Severity > booked.Insight.Severity).Select(Refresh)],
            [.. seen.Where(booked => latest[booked.Insight.Id].Severity <= booked.Insight.Severity).Select(Refresh), .. unseen[false]],
            [.. unseen[true].Select(booked => booked with { ClosedAt = now })]);

        BookedInsight Refresh(BookedInsight booked) => booked with { Insight = latest[booked.Insight.Id], LastSeenAt = now };
    }
}
