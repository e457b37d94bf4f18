using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Puts a plan together from what was counted and chosen: pure.</summary>
internal static class CleanupPlanner
{
    /// <summary>Keys shown of each group, to recognise it by.</summary>
    public const int SampleSize = 5;

    public static CleanupPlan Plan(string id, CleanupRequest request, IReadOnlyList<TierTotals> totals, IReadOnlyList<PlannedRemoval> removals, IReadOnlyList<string> reported, DateTimeOffset now, CleanupPolicy policy) => new()
    {
        Plan = id,
        Project = request.Project,
        Category = request.Category,
        Asked = request.Asked,
        Mode = request.Mode,
        Reason = request.Reason,
        AsOf = now,
        ValidUntil = now + policy.PlanValidFor,
        Tiers = totals,
        Removals = [.. removals.Where(removal => removal.Count > 0)],
        Reported = reported,
    };

    /// <summary>Why entries of this kind go, in words.</summary>
    public static string Because(TierName tier, RemovalReason reason) => (tier, reason) switch
    {
        (TierName.Postgresql, RemovalReason.Expired) => "past expires_at, or created_at + ttl_seconds",
        (TierName.Mem0, RemovalReason.Expired) => "past their expiration date: hidden by Mem0, never deleted by it",
        (TierName.Upstash, RemovalReason.Expired) => "past their time",
        (_, RemovalReason.Superseded) => "superseded by, or merged into, another memory",
        (_, RemovalReason.LowValue) => "worth least per byte, by what this workload asked for",
        (_, RemovalReason.DraggingCategory) => "in a category whose hit ratio drags",
        (_, RemovalReason.Category) => "in the category that was named",
        (_, RemovalReason.Named) => "named by a person, or of the row that was named",
        (_, RemovalReason.Duplicate) => "say what a kept memory says already",
        (_, RemovalReason.Stale) => "stale: their own end in the metadata passed more than a day ago, no reader answers from them",
        _ => "larger than the policy allows",
    };

    /// <summary>Has the state moved too far from the plan to apply it? Entries of a tier may drift by a twentieth (and by fifty).</summary>
    public static Refusal? Moved(CleanupPlan plan, IReadOnlyList<TierTotals> now)
    {
        foreach (var then in plan.Tiers.Where(totals => totals.Error is null))
        {
            var drift = Math.Abs((now.FirstOrDefault(totals => totals.Tier == then.Tier)?.Entries ?? 0) - then.Entries);
            if (drift > Math.Max(50, then.Entries / 20))
            {
                return new Refusal("state-moved", $"{then.Tier.Title()} has changed by {drift:N0} entries since the plan was made", "make a new plan");
            }
        }

        return null;
    }
}
