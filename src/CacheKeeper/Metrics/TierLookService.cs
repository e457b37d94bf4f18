using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Looks at all tiers at once; a tier that fails gives a snapshot that says so, never an empty one.</summary>
internal static class TierLookService
{
    public static async Task<IReadOnlyList<TierSnapshot>> LookAsync(IEnumerable<ITier> tiers, TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        await Task.WhenAll(tiers.Select(tier => LookOneAsync(tier, scope, asOf, cancellationToken)));

    private static async Task<TierSnapshot> LookOneAsync(ITier tier, TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        try
        {
            return await tier.LookAsync(scope, asOf, cancellationToken);
        }
        catch (TierException e)
        {
            return new TierSnapshot(tier.Name, asOf) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause };
        }
    }
}
