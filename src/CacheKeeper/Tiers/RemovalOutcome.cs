namespace CacheKeeper.Tiers;

/// <summary>What a removal did: the ids that are gone, those left because they changed or were gone already, those that failed.</summary>
internal sealed record RemovalOutcome(IReadOnlyList<string> Removed, IReadOnlyList<string> Left, IReadOnlyList<string> Failed)
{
    public static readonly RemovalOutcome Nothing = new([], [], []);
}
