namespace CacheKeeper.Optimization.Curves;

/// <summary>What a least-recently-used cache of a size would reach.</summary>
/// <param name="Capacity">Entries.</param>
/// <param name="HitRatio">Hits ÷ all requests, from a cold start.</param>
/// <param name="Lower90">With <paramref name="Upper90"/> the 90 % interval of the estimate; equal to the ratio for an exact curve.</param>
internal sealed record CurvePoint(int Capacity, double HitRatio, double Lower90, double Upper90);
