using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>
/// Finds texts that say the same. The best text of each neighbourhood becomes its keeper, best first; a keeper is final, and a text is removed only when it reaches the threshold
/// against its own keeper and no guard objects. So nothing is lost through a chain of neighbours of neighbours.
/// </summary>
internal static class DuplicateFinder
{
    /// <param name="encoder">Null where no weights are installed: the spelling then decides alone.</param>
    public static DuplicatePlan Find(IEnumerable<CachedText> texts, SentenceEncoder? encoder, DuplicatePolicy policy)
    {
        var plans = texts.Where(text => ExactText.Of(text.Text).Length > 0)
            .GroupBy(text => text.Scope)
            .OrderBy(scope => scope.Key.ToString(), StringComparer.Ordinal)
            .Select(scope => new ScopeClusters(new ScopeTexts(scope, encoder, policy), policy).Find())
            .ToList();
        return new DuplicatePlan(
            [.. plans.SelectMany(plan => plan.Clusters)],
            [.. plans.SelectMany(plan => plan.HeldBack).OrderByDescending(pair => pair.Similarity).Take(policy.MostHeldBack)],
            plans.Any(plan => plan.Truncated));
    }
}
