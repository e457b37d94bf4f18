namespace CacheKeeper.Optimization.Simulation;

/// <summary>How the keeper's own eviction learns: one setting for every workload.</summary>
internal sealed record KeeperCachePolicy
{
    /// <summary>How many stored entries are compared for each eviction.</summary>
    public int Candidates { get; init; } = 64;

    /// <summary>The same in the shadows.</summary>
    public int ShadowCandidates { get; init; } = 16;

    /// <summary>The tables are made anew at first after this share of the capacity, then ever less often.</summary>
    public double FirstTableAfter { get; init; } = 0.25;

    public int LeastBetweenTables { get; init; } = 100;

    /// <summary>A view's hits weigh half after so many capacities of requests.</summary>
    public double HalfLifeCapacities { get; init; } = 8;

    /// <summary>A view whose hit ratio is lower by this than the best weighs 1/e of it.</summary>
    public double Trust { get; init; } = 0.001;

    public IReadOnlyList<DensityViewPolicy> Views { get; init; } =
    [
        new() { ForgetAfterCapacities = 5 },
        new() { ByLastGap = true, FadeAfterGrowth = 0.25 },
        new() { FadeAfterGrowth = 0.25 },
        new() { ByLastGap = true, ForgetAfterCapacities = 20, Reuse = new() { Strength = 100, FineStrength = 100, PriorByCount = 1 } },
    ];
}
