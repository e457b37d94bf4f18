using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Says no to plans that would destroy: pure. Each refusal names its guard and the override.</summary>
internal static class CleanupGuards
{
    /// <param name="before">What the keeper remembers of each tier from earlier looks (entries; null: never seen).</param>
    /// <param name="overrides">What the operator allowed for this run.</param>
    public static IReadOnlyList<Refusal> Check(CleanupPlan plan, IReadOnlyDictionary<TierName, TierMemory> before, IReadOnlyDictionary<TierName, ServerFacts> servers, CleanupPolicy policy, CleanupOverrides overrides, DeletionBudget? spent = null)
    {
        var refusals = new List<Refusal>();
        foreach (var totals in plan.Tiers.Where(totals => totals.Error is null))
        {
            refusals.AddRange(CheckTier(plan, totals, before.GetValueOrDefault(totals.Tier), servers.GetValueOrDefault(totals.Tier), policy, overrides));
            refusals.AddRange(CheckDay(plan, totals, spent ?? DeletionBudget.Untouched, policy, overrides));
        }

        if ((overrides.MaxRows ?? policy.MaxRows) is { } most && plan.Count > most)
        {
            refusals.Add(new Refusal("max-rows", $"it would take {plan.Count:N0} entries; the bound is {most:N0}", "--max-rows N"));
        }

        return refusals;
    }

    private static IEnumerable<Refusal> CheckTier(CleanupPlan plan, TierTotals totals, TierMemory? known, ServerFacts? server, CleanupPolicy policy, CleanupOverrides overrides)
    {
        var tier = totals.Tier.Title();
        var taken = plan.Removals.Where(removal => removal.Tier == totals.Tier).Sum(removal => removal.Count);
        if (server is not null && (server.Clock - plan.AsOf).Duration() > policy.ClockSkew)
        {
            yield return new Refusal("clock", $"the keeper's clock and {tier}'s differ by {(server.Clock - plan.AsOf).Duration():c}; one of them is wrong, and what is expired cannot be told", "set the clocks right");
        }

        if (server is { IsSuperuser: true } && !policy.AllowSuperuser && taken > 0)
        {
            yield return new Refusal("superuser", $"{tier} is reached as a superuser, whom no right and no row policy stops", "give the keeper a role of its own (SELECT, INSERT, UPDATE, DELETE on the cache's tables), or set cleanup.allowSuperuser");
        }

        if (known?.NewestLook > plan.AsOf + policy.ClockSkew)
        {
            yield return new Refusal("clock", $"the keeper looked at {tier} at {known.NewestLook:u}, which lies in the future of its own clock now", "set the clock right");
        }

        if (known?.Identity is { } identity && server?.Identity is { } found && identity != found)
        {
            yield return new Refusal("wrong-database", $"another database answers for {tier} than before ({found} instead of {identity})", "point state.directory at a fresh folder if that is intended");
        }

        if (totals.Entries == 0 && known?.Entries > 0)
        {
            yield return new Refusal("empty-listing", $"{tier} lists no entry although it held {known.Entries:N0} at {known.NewestLook:u}; an empty listing is no proof that nothing exists", "look why before anything else");
        }

        var share = plan.ShareOf(totals.Tier);
        var allowed = overrides.AllowShare ?? policy.MaxShare;
        if (taken > 0 && share > allowed + 1e-9)
        {
            yield return share >= 1
                ? new Refusal("whole-tier", $"it would take all {totals.Entries:N0} entries of {tier}", "--allow-share 100%")
                : new Refusal("share", $"it would take {share:P1} of {tier}; the bound is {allowed:P1}", $"--allow-share {Math.Ceiling(share * 100)}%");
        }
    }

    // Many small runs must not take in a day what one may not: what has not expired counts, whoever asked.
    private static IEnumerable<Refusal> CheckDay(CleanupPlan plan, TierTotals totals, DeletionBudget spent, CleanupPolicy policy, CleanupOverrides overrides)
    {
        var live = plan.Removals.Where(removal => removal.Tier == totals.Tier && removal.Reason != RemovalReason.Expired).Sum(removal => removal.Count);
        var before = totals.Entries + spent.Of(totals.Tier);
        var day = before == 0 ? 0 : (double)(live + spent.Of(totals.Tier)) / before;
        if (live > 0 && spent.Of(totals.Tier) > 0 && live > spent.Left(totals.Tier, totals.Entries, policy) && (overrides.AllowShare ?? 0) < day)
        {
            yield return new Refusal("day-budget", $"with {spent.Of(totals.Tier):N0} entries taken in the last 24 h it would be {day:P1} of {totals.Tier.Title()} in a day; the bound is {policy.MaxSharePerDay:P1}{(policy.MaxRowsPerDay is { } rows ? $" and {rows:N0} entries" : "")}", $"--allow-share {Math.Ceiling(day * 100)}%");
        }
    }
}
