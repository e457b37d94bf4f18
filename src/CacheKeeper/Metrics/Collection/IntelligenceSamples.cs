using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>How good what is stored is, as series.</summary>
internal static class IntelligenceSamples
{
    private const string NoCategory = "general";

    public static void AddTo(SampleList samples, Collected seen)
    {
        samples.AddShare("duplicate_ratio", seen.Rows?.Duplicates, seen.Rows?.Rows);
        samples.Add("memory_health", seen.Seen(TierName.Mem0) is { } memories && memories.Figures.TryGetValue("sound_share", out var sound) ? sound : null);
        samples.Add("regret", seen.Regret);
        samples.Add("semantic_score_p10", seen.Alike?.Low);
        samples.Add("semantic_score_p90", seen.Alike?.High);
        samples.Add("semantic_score_spread", seen.Alike?.Spread);
        if (seen.Tiers.Count > 0 && seen.Tiers.All(snapshot => snapshot.Entries is not null))
        {
            samples.AddShare("stale_ratio", seen.Tiers.Sum(snapshot => snapshot.Expired), seen.Tiers.Sum(snapshot => snapshot.Entries));
            samples.AddShare(
                "categorized_share",
                seen.Tiers.SelectMany(snapshot => snapshot.Categories).Where(category => category.Category != NoCategory).Sum(category => category.Live + category.Expired),
                seen.Tiers.Sum(snapshot => snapshot.Entries));
        }
    }
}
