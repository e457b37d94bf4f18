using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.Simulation;

/// <summary>How the keeper's own eviction learns: one setting for every workload.</summary>
internal sealed record KeeperCachePolicy
{
    /// <summary>How many stored entries are compared for each eviction.</summary>
    public int Candidates { get; init; } = 64;

    public double BinsPerOctave { get; init; } = 2;

    /// <summary>After a gap of so many capacities an entry's count is halved: what it was long ago says less.</summary>
    public double ForgetAfterCapacities { get; init; } = 5;

    /// <summary>The tables are made anew at first after this share of the capacity, then ever less often.</summary>
    public double FirstTableAfter { get; init; } = 0.25;

    public int LeastBetweenTables { get; init; } = 100;

    public ReusePolicy Reuse { get; init; } = new() { Strength = 100, PriorByCount = 1 };
}
