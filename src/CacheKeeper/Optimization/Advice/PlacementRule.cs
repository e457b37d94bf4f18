using CacheKeeper.Client;
using CacheKeeper.Optimization.History;
using CacheKeeper.Optimization.TimeToLive;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Which tier should hold what: answers that hardly return need no copies in Redis, PostgreSQL keeps them as well.</summary>
internal static class PlacementRule
{
    // Below this share of lookups answered, the copies are dead weight.
    private const double Cold = 0.05;
    private const double CopiesInRedis = 3;
    private static readonly TimeSpan ShortStay = TimeSpan.FromMinutes(1);

    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs)
    {
        if (inputs.History is not { LookupsPerMonth: { } perMonth } history || !inputs.Tiers.Contains(TierName.Upstash) || !inputs.Tiers.Contains(TierName.Postgresql))
        {
            yield break;
        }

        foreach (var category in history.Groups.Where(group => group.Category != AccessHistory.Other).GroupBy(group => group.Category))
        {
            // A log shorter than the answers live says of none that it does not return, and an unknown share is not zero.
            if (category.Any(group => group.Measured is null || !TtlRule.IsCovered(history, group)))
            {
                continue;
            }

            var (logged, lookups) = (category.Sum(group => group.Logged), category.Sum(group => group.Lookups));
            var answered = category.Sum(group => group.Lookups * group.Measured!.Value) / lookups;
            if (logged < inputs.Policy.MinimumLookups || answered >= Cold)
            {
                continue;
            }

            yield return Of(inputs, category.Key, logged, lookups / history.Lookups * perMonth, answered, category.First().Replay);
        }
    }

    private static Recommendation Of(AdviceInputs inputs, string category, long logged, double perMonth, double answered, History.TtlReplay replay)
    {
        var writesPerMonth = perMonth * (1 - answered);
        var bytes = replay.MeanBytes is { } size ? -writesPerMonth / 30 * CopiesInRedis * size * inputs.Policy.Ttl.OrdinaryUpstash.TotalDays : (double?)null;
        var why = $"Only {answered * 100:0.0} % of the lookups of {category} are answered: its copies in Redis are hardly read.";
        return new()
        {
            Id = $"placement:{category}",
            Rule = "placement",
            What = $"Keep answers of {category} in PostgreSQL only",
            Why = why,
            Evidence = [$"{logged:N0} logged lookups, {answered * 100:0.0} % answered."],
            Expected = new() { HitRatio = new Estimate(0, 0, 0), GroupHitRatio = new Estimate(0, 0, 0), Bytes = bytes is { } less ? new Estimate(less, less, less) : null },
            Risk = "What Redis would have answered is answered by PostgreSQL, some milliseconds later.",
            Command = $"cachekeeper optimizer run --only placement:{category}",
            Gain = bytes is { } saved ? TtlWorth.StorageCosts(-saved, inputs.Policy.Costs) : 0,
            Action = new()
            {
                SecondsBefore = replay.Lifetimes[replay.Current],
                Directive = new TtlDirective(TierName.Upstash.Word(), category, null, null, ShortStay.TotalSeconds, inputs.Now + inputs.Policy.Ttl.Stands, why, OptimizerNames.Writer),
            },
        };
    }
}
