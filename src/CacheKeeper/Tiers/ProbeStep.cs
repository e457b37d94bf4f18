namespace CacheKeeper.Tiers;

/// <summary>One call of a probe and how long it took.</summary>
internal sealed record ProbeStep(string Name, bool Passed, TimeSpan Took, string? Error = null);
