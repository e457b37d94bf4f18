namespace CacheKeeper.Optimization.Curves;

/// <summary>How much of a workload is looked at to draw its curve.</summary>
internal sealed record CurvePolicy
{
    /// <summary>The share of all keys that the lookups handed over are about: 1 for a whole trace, the log's rate for a sampled log.</summary>
    public double Given { get; init; } = 1;

    /// <summary>The share of those keys followed at the start.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>At most so many keys are followed; beyond, the share is lowered: memory stays the same however many keys there are.</summary>
    public int MostKeys { get; init; } = 4096;

    /// <summary>Chooses which keys are followed.</summary>
    public uint Seed { get; init; }

    /// <summary>Half the width of the 90 % interval in standard errors; below Student's 1.75 because the errors of counts and of distances are simply added.</summary>
    public double IntervalWidth { get; init; } = 1.5;
}
