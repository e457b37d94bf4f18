namespace CacheKeeper.Health;

/// <summary>The state of a tier by its last checks: one look decides nothing (N of N before a change). Pure.</summary>
internal static class HealthHistory
{
    /// <param name="newestFirst">Single checks, newest first.</param>
    /// <returns>The settled state and since when; unknown while too few checks agree.</returns>
    public static (TierHealth Health, DateTimeOffset? Since) Settle(IReadOnlyList<CheckedHealth> newestFirst, HealthPolicy policy)
    {
        var settled = new CheckedHealth(DateTimeOffset.MinValue, TierHealth.Unknown);
        CheckedHealth? first = null;
        var count = 0;
        foreach (var check in newestFirst.Reverse())
        {
            count = first?.Health == check.Health ? count + 1 : 1;
            first = count == 1 ? check : first;
            if (check.Health != settled.Health && count >= Needed(settled.Health, check.Health, policy))
            {
                settled = first!;
            }
        }

        return (settled.Health, settled.Health == TierHealth.Unknown ? null : settled.At);
    }

    // From nothing to healthy one look is enough; every change after that needs several.
    private static int Needed(TierHealth from, TierHealth to, HealthPolicy policy) => (from, to) switch
    {
        (TierHealth.Unknown, TierHealth.Healthy or TierHealth.NotConfigured) => 1,
        (_, TierHealth.Healthy or TierHealth.NotConfigured) => policy.RecoverAfter,
        _ => policy.FailAfter,
    };
}
