namespace CacheKeeper.Cleanup.Pace;

/// <summary>How many entries the next batch takes, so that it is done within its time whatever the server and the entries are like. Pure.</summary>
internal sealed record BatchPace(int Entries)
{
    private const int First = 1000;
    private const int Fewest = 100;

    // One quick batch may have been luck; one slow batch is reason enough.
    private const double MostGrowth = 2;

    public static BatchPace Start(int most) => new(Math.Min(First, most));

    /// <param name="entries">That the last batch took.</param>
    /// <param name="took">From its first statement to its commit.</param>
    /// <param name="most">Entries that no batch may exceed.</param>
    public BatchPace After(int entries, TimeSpan took, PacePolicy policy, int most)
    {
        var fitting = entries * (policy.BatchTime / (took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1)));
        return new((int)Math.Clamp(Math.Min(fitting, Entries * MostGrowth), Math.Min(Fewest, most), most));
    }
}
