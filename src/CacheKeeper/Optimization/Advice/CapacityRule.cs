using CacheKeeper.Optimization.History;
using CacheKeeper.Optimization.TimeToLive;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.Advice;

/// <summary>How many entries the cache needs: told when it holds far more than its hit ratio takes.</summary>
internal static class CapacityRule
{
    // Below this share of today's entries the saving is worth a word.
    private const double Worth = 0.8;

    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs)
    {
        var held = inputs.Snapshots.Where(snapshot => snapshot.Tier == TierName.Postgresql && snapshot.Error is null).Select(snapshot => (snapshot.Entries, snapshot.Bytes)).FirstOrDefault();
        if (inputs.History is not { } history || history.Logged < inputs.Policy.MinimumLookups || held.Entries is not > 0 || SizeAnswer.Of(history, AccessHistory.Whole, held.Entries) is not { Smallest: { } smallest } answer)
        {
            yield break;
        }

        if (smallest.Value >= Worth * held.Entries)
        {
            yield break;
        }

        var bytes = held.Bytes is { } all ? -all * (1 - (smallest.Value / held.Entries.Value)) : (double?)null;
        yield return new()
        {
            Id = "capacity",
            Rule = "capacity",
            What = $"Let cleanup go down to {smallest.Value:N0} entries instead of the {held.Entries:N0} that are stored",
            Why = $"The {held.Entries:N0} entries are more than the measured hit ratio of {answer.Measured * 100:0.0} % takes.",
            Evidence = [$"The curve of {history.Logged:N0} logged lookups reaches that hit ratio with {smallest.Lower90:N0} to {smallest.Upper90:N0} entries kept by last use."],
            Expected = new() { HitRatio = new Estimate(0, -SizeAnswer.Tolerance, 0), Bytes = bytes is { } less ? new Estimate(less, less, less) : null },
            Risk = "Questions that return more rarely than the log is long would be missed once more.",
            Command = $"set cleanup.aggressiveTarget to {smallest.Upper90:0}, then 'cachekeeper cleanup plan aggressive'; 'cachekeeper optimizer size' shows the curve",
            Gain = bytes is { } saved ? TtlWorth.StorageCosts(-saved, inputs.Policy.Costs) : 0,
        };
    }
}
