using System.Text;
using CacheKeeper.Client;

namespace CacheKeeper.Sandbox.Traffic;

/// <summary>What came of the traffic: hits by tier, latencies, wrong answers.</summary>
internal sealed class TrafficSummary
{
    private readonly Dictionary<string, TierTraffic> tiers = [];

    public int Lookups { get; private set; }

    public int Hits { get; private set; }

    /// <summary>Hits whose answer was not the one the model would have given.</summary>
    public int Wrong { get; private set; }

    public IReadOnlyDictionary<string, TierTraffic> Tiers => tiers;

    public void Add(CacheLookup lookup, bool wrong)
    {
        Lookups++;
        Hits += lookup.IsHit ? 1 : 0;
        Wrong += wrong ? 1 : 0;
        foreach (var attempt in lookup.Attempts)
        {
            if (!tiers.TryGetValue(attempt.Tier, out var tier))
            {
                tiers[attempt.Tier] = tier = new TierTraffic();
            }

            tier.Add(attempt);
        }
    }

    /// <summary>A sentence and a line for each tier.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(null, $"{Lookups:N0} lookups, {Share(Hits, Lookups)} answered from the cache, {Wrong:N0} with another answer than the model's.");
        foreach (var name in CacheTiers.InOrder.Where(tiers.ContainsKey))
        {
            var tier = tiers[name];
            text.Append(null, $"\n  {name,-12}{tier.Hits,9:N0} hits {Share(tier.Hits, tier.Hits + tier.Misses),8}  ");
            text.Append(null, $"{tier.Failures,7:N0} failed {tier.Skipped,7:N0} not asked   p50 {tier.Percentile(0.5):0.0} ms, p95 {tier.Percentile(0.95):0.0} ms, p99 {tier.Percentile(0.99):0.0} ms");
        }

        return text.ToString();
    }

    private static string Share(int part, int whole) => whole == 0 ? "–" : (100.0 * part / whole).ToString("0.0", null) + " %";
}

/// <summary>What one tier did for the traffic.</summary>
internal sealed class TierTraffic
{
    private readonly List<double> milliseconds = [];

    public int Hits { get; private set; }

    public int Misses { get; private set; }

    public int Failures { get; private set; }

    public int Skipped { get; private set; }

    public void Add(TierAttempt attempt)
    {
        Hits += attempt.Outcome == TierOutcome.Done ? 1 : 0;
        Misses += attempt.Outcome == TierOutcome.Missed ? 1 : 0;
        Failures += attempt.Outcome is TierOutcome.Failed or TierOutcome.TimedOut ? 1 : 0;
        Skipped += attempt.Outcome is TierOutcome.LeftOut or TierOutcome.Resting ? 1 : 0;
        if (attempt.Outcome is not (TierOutcome.LeftOut or TierOutcome.Resting))
        {
            milliseconds.Add(attempt.Elapsed.TotalMilliseconds);
        }
    }

    /// <summary>Milliseconds that a share of the asked did not exceed; 0 when none was asked.</summary>
    public double Percentile(double share)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0 ? 0 : milliseconds[Math.Min(milliseconds.Count - 1, (int)(share * milliseconds.Count))];
    }
}
