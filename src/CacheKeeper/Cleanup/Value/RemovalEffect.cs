namespace CacheKeeper.Cleanup.Value;

/// <summary>What a removal is expected to do to the hit ratio over a horizon: each removed entry that is asked for again costs one miss.</summary>
/// <param name="Loss">Expected loss of hit ratio, as a fraction (0.01 is one point); null when the number of lookups is not known.</param>
/// <param name="Lower90">With <paramref name="Upper90"/> the 90 % interval of the loss.</param>
internal sealed record RemovalEffect(double? Loss, double? Lower90, double? Upper90)
{
    private const double Normal90 = 1.645;

    public static readonly RemovalEffect Unknown = new(null, null, null);

    /// <summary>Estimates the effect from the chances of re-use of what goes.</summary>
    /// <param name="chances">Of each removed entry, within the horizon.</param>
    /// <param name="lookups">Expected within the horizon, hits and misses.</param>
    /// <param name="pastRatios">Actual ÷ predicted losses of earlier removals or back-tests; may be empty.</param>
    public static RemovalEffect Of(ReadOnlySpan<double> chances, double? lookups, IReadOnlyList<double> pastRatios, RemovalEffectPolicy policy)
    {
        if (lookups is not > 0)
        {
            return Unknown;
        }

        var (expected, variance) = (0.0, 0.0);
        foreach (var chance in chances)
        {
            expected += chance;
            variance += chance * (1 - chance);
        }

        var (level, spread) = Level(pastRatios, policy);
        expected *= level;

        // Two errors: each entry's luck, and the common error of the forecast, which the past has shown.
        var half = Normal90 * Math.Sqrt(variance + (expected * spread * expected * spread));
        var least = policy.LeastHalfWidth * lookups.Value;
        return new(
            Math.Min(1, expected / lookups.Value),
            Math.Max(0, (expected - Math.Max(half, least)) / lookups.Value),
            Math.Min(1, (expected + Math.Max(half, least)) / lookups.Value));
    }

    // Mean and spread of the past ratios on logarithms, both drawn towards the policy's own as long as the past is short.
    private static (double Level, double Spread) Level(IReadOnlyList<double> ratios, RemovalEffectPolicy policy)
    {
        var (sum, squares, weight) = (0.0, 0.0, policy.PriorWeight);
        foreach (var ratio in ratios)
        {
            sum += Math.Log(Math.Clamp(ratio, policy.LeastRatio, 1 / policy.LeastRatio));
        }

        var mean = sum / (ratios.Count + weight);
        foreach (var ratio in ratios)
        {
            var distance = Math.Log(Math.Clamp(ratio, policy.LeastRatio, 1 / policy.LeastRatio)) - mean;
            squares += distance * distance;
        }

        var spread = Math.Sqrt((squares + (weight * policy.UncheckedSpread * policy.UncheckedSpread)) / (ratios.Count + weight));
        return (Math.Exp(mean), spread);
    }
}
