namespace CacheKeeper.Analytics.Insights;

/// <summary>What changed in the book: only what opened, worsened or closed is worth telling.</summary>
internal sealed record InsightChanges(
    IReadOnlyList<BookedInsight> Opened, IReadOnlyList<BookedInsight> Worsened, IReadOnlyList<BookedInsight> StillOpen, IReadOnlyList<BookedInsight> Closed);
