namespace CacheKeeper.Tiers;

/// <summary>The pause that work earns a server whose cores and buffers readers need too. Pure.</summary>
internal static class WorkRest
{
    /// <param name="worked">What it worked since the last pause.</param>
    /// <param name="share">The most of its time that it may work, above 0 and up to 1 (no pause).</param>
    public static TimeSpan After(TimeSpan worked, double share) => worked * ((1 / share) - 1);
}
