namespace CacheKeeper.Tiers;

/// <summary>
/// What changing entries costs in calls that are billed, told before it is done from how the tier puts entries together; <see cref="TierMeter"/> counts what came.
/// A tier that bills nothing has <see cref="Free"/>.
/// </summary>
/// <param name="UsdPerCall">Of one command or request, from the settings; USD.</param>
internal sealed record TierPrice(double UsdPerCall)
{
    public static readonly TierPrice Free = new(0);

    /// <summary>Calls of one step of a scan.</summary>
    public int PerStep { get; init; }

    /// <summary>Calls for the heads of the entries that a step found, when it found any.</summary>
    public int PerLook { get; init; }

    /// <summary>Entries that are removed or changed together; 0 where calls are not billed.</summary>
    public int EntriesPerChange { get; init; }

    /// <summary>Calls to remove so many.</summary>
    public int PerRemoval { get; init; }

    /// <summary>Calls to change so many and keep them.</summary>
    public int PerRewrite { get; init; }

    /// <summary>Calls of one look at how readers fare, between two batches.</summary>
    public int PerProbe { get; init; }

    /// <param name="batch">Entries that the cleanup hands over at a time.</param>
    public long Removing(long entries, int batch) => Parts(entries, Math.Min(EntriesPerChange, batch)) * PerRemoval;

    /// <summary>Entries that are changed are found by a scan of all, and those of one step are changed together.</summary>
    /// <param name="steps">Of the scan.</param>
    /// <param name="entries">That it finds.</param>
    /// <param name="changed">Of these.</param>
    /// <param name="probed">Whether a look at the readers follows each change.</param>
    public long Rewriting(long steps, long entries, long changed, bool probed)
    {
        var changes = Math.Max(Parts(changed, EntriesPerChange), Math.Min(steps, changed));
        return changed == 0 ? 0 : (steps * PerStep) + (Math.Min(steps, entries) * PerLook) + (changes * (PerRewrite + (probed ? PerProbe : 0)));
    }

    private static long Parts(long count, int size) => size <= 0 ? 0 : (count + size - 1) / size;
}
