namespace CacheKeeper.Cleanup;

/// <summary>Chooses how strong a smart cleanup is: the specification's tree with its strict boundaries, pure and recomputable.</summary>
internal sealed record CleanupDecision(CleanupMode Mode, string Reason)
{
    /// <summary>Categories whose hit ratio drags, worst first (targeted only).</summary>
    public IReadOnlyList<string> Dragging { get; init; } = [];

    public static CleanupDecision Decide(CleanupInputs seen, CleanupPolicy policy, DateTimeOffset now)
    {
        var strongest = Tree(seen, policy);
        return strongest.Mode != CleanupMode.Light && seen.LastStrongCleanup is { } last && now - last < policy.CoolDown
            ? new CleanupDecision(CleanupMode.Light, $"Smart cleanup chose LIGHT: {strongest.Mode.ToString().ToUpperInvariant()} would be due, but the last strong cleanup was {now - last:hh\\:mm} h ago and the cool-down is {policy.CoolDown:c}.")
            : strongest;
    }

    private static CleanupDecision Tree(CleanupInputs seen, CleanupPolicy policy)
    {
        var ratio = seen.Lookups >= policy.MinimumLookups ? seen.HitRatio : null;
        return seen switch
        {
            { Fullness: { } full } when full > policy.FullAbove => new CleanupDecision(
                CleanupMode.Aggressive, $"Smart cleanup chose AGGRESSIVE, because a tier is {full:P0} full (above {policy.FullAbove:P0})."),
            { Entries: { } entries } when entries > policy.AggressiveAbove => new CleanupDecision(
                CleanupMode.Aggressive, $"Smart cleanup chose AGGRESSIVE, because there are {entries:N0} entries (above {policy.AggressiveAbove:N0})."),
            { Entries: { } entries, RecentActivity: { } active } when entries > policy.ModerateAbove && active < policy.ModerateActivityBelow => new CleanupDecision(
                CleanupMode.Moderate, $"Smart cleanup chose MODERATE, because there are {entries:N0} entries (above {policy.ModerateAbove:N0}) and only {active:N0} lookups in the last hour (below {policy.ModerateActivityBelow:N0})."),
            _ when ratio < policy.TargetedHitRatioBelow => new CleanupDecision(
                CleanupMode.Targeted, $"Smart cleanup chose TARGETED, because the hit ratio {seen.HitRatioWindow} ({ratio:P1} of {seen.Lookups:N0} lookups) is below {policy.TargetedHitRatioBelow:P0}.")
            { Dragging = DraggingOf(seen, policy) },
            _ => new CleanupDecision(CleanupMode.Light, "Smart cleanup chose LIGHT: " + WhyNotStronger(seen, ratio, policy)),
        };
    }

    /// <summary>Categories with enough lookups whose hit ratio is below the limit, worst first.</summary>
    public static IReadOnlyList<string> DraggingOf(CleanupInputs seen, CleanupPolicy policy) =>
        [.. seen.Categories.Where(category => category.Lookups >= policy.MinimumLookups && category.HitRatio < policy.TargetedHitRatioBelow).OrderBy(category => category.HitRatio).Select(category => category.Category)];

    private static string WhyNotStronger(CleanupInputs seen, double? ratio, CleanupPolicy policy)
    {
        string[] parts =
        [
            seen.Entries is { } entries ? $"{entries:N0} entries (not above {(entries > policy.ModerateAbove ? policy.AggressiveAbove : policy.ModerateAbove):N0})" : "the number of entries is unknown",
            seen.RecentActivity is { } active ? $"activity {active:N0} in the last hour" : "recent activity is unknown",
            ratio is { } known ? $"hit ratio {known:P1}" : seen.Lookups is { } few ? $"hit ratio unknown ({few:N0} lookups, {policy.MinimumLookups:N0} are needed)" : "hit ratio unknown (nobody counts lookups)",
        ];
        return string.Join(", ", parts) + ".";
    }
}
