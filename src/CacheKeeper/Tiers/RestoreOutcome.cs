namespace CacheKeeper.Tiers;

/// <summary>What a restore did.</summary>
internal sealed record RestoreOutcome
{
    public IReadOnlyList<string> Restored { get; init; } = [];

    /// <summary>Left alone: something was written under the same identity since.</summary>
    public IReadOnlyList<string> WrittenSince { get; init; } = [];

    /// <summary>Not revived: their own time ran out meanwhile.</summary>
    public IReadOnlyList<string> ExpiredSince { get; init; } = [];

    /// <summary>Old id to new id, where the tier gives new ones.</summary>
    public IReadOnlyDictionary<string, string> NewIds { get; init; } = new Dictionary<string, string>();

    /// <summary>What could not be brought back exactly, in sentences.</summary>
    public IReadOnlyList<string> Inexact { get; init; } = [];
}
