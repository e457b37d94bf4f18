using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>How times to live are learned: one setting for every workload.</summary>
internal sealed record TtlPolicy
{
    /// <summary>The share of the live entries that one time to live for all would have that may be used.</summary>
    public double BudgetShare { get; init; } = 0.97;

    /// <summary>How strongly spending above or below the budget so far changes what is spent next.</summary>
    public double Correction { get; init; } = 20;

    public double LeastSpending { get; init; } = 0.3;

    public double MostSpending { get; init; } = 1.5;

    /// <summary>The table is made anew after this share of the one time to live, and after so many accesses at least.</summary>
    public double RenewAfterShare { get; init; } = 0.15;

    public int RenewAfterAccesses { get; init; } = 100;

    public double BinsPerOctave { get; init; } = 3;

    /// <summary>The shortest time told apart from none is the one time to live ÷ 2 to this power.</summary>
    public int OctavesBelow { get; init; } = 8;

    /// <summary>The longest time to live that can be chosen is the one time to live × 2 to this power.</summary>
    public int OctavesAbove { get; init; } = 10;

    public ReusePolicy Reuse { get; init; } = new() { Strength = 200 };
}
