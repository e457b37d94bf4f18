namespace CacheKeeper.Cleanup.Value;

/// <summary>The entries of an access log in the order they should go, and what was recognised to say so.</summary>
/// <param name="Order">Slots of <paramref name="Usage"/>, first to go first.</param>
/// <param name="Chances">Chance of each slot to be asked for again within the horizon.</param>
internal sealed record LogRanking(UsageLog Usage, WorkloadProfile Profile, int[] Order, double[] Chances)
{
    /// <summary>Ranks the entries for a cleanup that removes a share of them, having seen the log only.</summary>
    public static LogRanking Of(ReadOnlySpan<int> log, int uniqueKeys, double removedShare, ValuePolicy policy)
    {
        var usage = UsageLog.Of(log, uniqueKeys);
        var profile = WorkloadProfile.Of(log, usage, uniqueKeys, removedShare, policy);
        var chances = ReuseForecast.Chances(log, usage, uniqueKeys, log.Length * policy.HorizonShare, policy);
        return new(usage, profile, RemovalOrder.Of(profile.Rule.Score(usage, chances)), chances);
    }

    /// <summary>The dense keys that stay when a share is removed.</summary>
    public int[] Kept(double removedShare)
    {
        var removed = RemovalOrder.Removed(Order.Length, removedShare);
        return Array.ConvertAll(Order[removed..], slot => Usage.Keys[slot]);
    }

    /// <summary>What removing a share is expected to cost over the next requests (as many as the horizon the chances are for).</summary>
    public RemovalEffect Effect(double removedShare, ValuePolicy policy)
    {
        var removed = Order[..RemovalOrder.Removed(Order.Length, removedShare)];
        return RemovalEffect.Of(Array.ConvertAll(removed, slot => Chances[slot]), Usage.Requests * policy.HorizonShare, Profile.LostRatios, new RemovalEffectPolicy());
    }
}
