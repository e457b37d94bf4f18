using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.Simulation;

/// <summary>One way to read the gaps of a workload; the keeper's eviction looks through several and believes those that hit most.</summary>
internal sealed record DensityViewPolicy
{
    public double BinsPerOctave { get; init; } = 2;

    /// <summary>After a gap of so many capacities an entry's count is halved; null: never.</summary>
    public double? ForgetAfterCapacities { get; init; }

    /// <summary>Whether entries are also told apart by their last gap.</summary>
    public bool ByLastGap { get; init; }

    /// <summary>Gaps seen weigh half as much whenever the log has grown by this share; null: always the same.</summary>
    public double? FadeAfterGrowth { get; init; }

    public ReusePolicy Reuse { get; init; } = new() { Strength = 100, FineStrength = 1000, PriorByCount = 1 };
}
