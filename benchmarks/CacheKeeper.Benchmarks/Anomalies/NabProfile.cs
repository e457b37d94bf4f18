namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>What a hit, a miss and a false alarm are worth (NAB's application profiles).</summary>
internal sealed record NabProfile(string Name, double TruePositive, double FalseNegative, double FalsePositive)
{
    public static NabProfile Standard { get; } = new("standard", 1, 1, 0.11);
    public static NabProfile LowFalsePositives { get; } = new("low_fp", 1, 1, 0.22);
    public static NabProfile LowFalseNegatives { get; } = new("low_fn", 1, 2, 0.11);
    public static IReadOnlyList<NabProfile> All { get; } = [Standard, LowFalsePositives, LowFalseNegatives];
}
