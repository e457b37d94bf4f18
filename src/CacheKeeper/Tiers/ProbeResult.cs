namespace CacheKeeper.Tiers;

/// <summary>What one check of a tier found: its real calls in order, the slowest of which is its latency.</summary>
internal sealed record ProbeResult(TierName Tier, DateTimeOffset At, IReadOnlyList<ProbeStep> Steps)
{
    /// <summary>The server's own name and version, when it tells.</summary>
    public string? Server { get; init; }

    /// <summary>What to do about the error, in a sentence.</summary>
    public string Hint { get; init; } = "";

    /// <summary>What was thrown, when a call was; tells why.</summary>
    public TierException? Failure { get; init; }

    public bool Passed => Steps.Count > 0 && Steps.All(step => step.Passed);

    /// <summary>Nothing answered at all.</summary>
    public bool Down => Steps.Count > 0 && Steps.All(step => !step.Passed);

    public TimeSpan? Latency => Steps.Count == 0 ? null : Steps.Max(step => step.Took);

    public string? Error => Steps.FirstOrDefault(step => !step.Passed)?.Error;
}
