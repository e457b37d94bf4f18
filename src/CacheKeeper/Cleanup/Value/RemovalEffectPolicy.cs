namespace CacheKeeper.Cleanup.Value;

/// <summary>How certain an expected effect of a removal is held to be.</summary>
internal sealed record RemovalEffectPolicy
{
    /// <summary>Relative error of a forecast that no past has checked.</summary>
    public double UncheckedSpread { get; init; } = 0.7;

    /// <summary>How many past ratios the unchecked error weighs as much as.</summary>
    public double PriorWeight { get; init; } = 8;

    /// <summary>Past ratios further from 1 than this (or its inverse) count as this.</summary>
    public double LeastRatio { get; init; } = 0.2;

    /// <summary>No interval is narrower than this to each side, as a share of the lookups.</summary>
    public double LeastHalfWidth { get; init; } = 0.002;
}
