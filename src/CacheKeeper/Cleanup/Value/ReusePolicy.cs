namespace CacheKeeper.Cleanup.Value;

/// <summary>How boldly re-use is learned from gaps.</summary>
internal sealed record ReusePolicy
{
    /// <summary>Gaps of evidence that it takes to outweigh what the wider group says.</summary>
    public double Strength { get; init; } = 40;

    /// <summary>The same for the finer split of each count class (by last gap).</summary>
    public double FineStrength { get; init; } = 40;

    /// <summary>Chance of re-use per doubling of the idle time before anything was seen.</summary>
    public double PriorPerOctave { get; init; } = 0.15;

    /// <summary>How sharply entries asked for more often are expected to return before anything was seen (0 = all alike).</summary>
    public double PriorByCount { get; init; }
}
