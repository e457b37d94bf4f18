using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Looks at all tiers at once; a tier that fails gives a snapshot that says so, never an empty one.</summary>
internal static class TierLookService
{
    public static Task<IReadOnlyList<TierSnapshot>> LookAsync(IEnumerable<ITier> tiers, TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        LookAsync(tiers, scope, asOf, _ => null, cancellationToken);

    /// <param name="mostCalls">How many calls a look at that tier may cost; null for as many as a full count takes.</param>
    public static async Task<IReadOnlyList<TierSnapshot>> LookAsync(IEnumerable<ITier> tiers, TierScope scope, DateTimeOffset asOf, Func<TierName, int?> mostCalls, CancellationToken cancellationToken) =>
        await Task.WhenAll(tiers.Select(tier => LookOneAsync(tier, scope, asOf, mostCalls(tier.Name), cancellationToken)));

    private static async Task<TierSnapshot> LookOneAsync(ITier tier, TierScope scope, DateTimeOffset asOf, int? mostCalls, CancellationToken cancellationToken)
    {
        try
        {
            return mostCalls is { } most ? await tier.LookAsync(scope, asOf, most, cancellationToken) : await tier.LookAsync(scope, asOf, cancellationToken);
        }
        catch (TierException e)
        {
            return new TierSnapshot(tier.Name, asOf) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause };
        }
    }
}
