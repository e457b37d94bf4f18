namespace CacheKeeper.Optimization.History;

/// <summary>What a share of the questions did in a part of the time: lookups, what really came of them, and what each lifetime would have made of them.</summary>
internal sealed class TtlTally(int lifetimes)
{
    public double Lookups { get; set; }

    /// <summary>Lookups that the real cache answered.</summary>
    public double Answered { get; set; }

    public double[] Hits { get; } = new double[lifetimes];

    /// <summary>Seconds that the hit answers were old, all together.</summary>
    public double[] Age { get; } = new double[lifetimes];

    /// <summary>Hits whose answer had probably stopped being right.</summary>
    public double[] Stale { get; } = new double[lifetimes];

    public void Add(TtlTally other)
    {
        (Lookups, Answered) = (Lookups + other.Lookups, Answered + other.Answered);
        for (var each = 0; each < Hits.Length; each++)
        {
            Hits[each] += other.Hits[each];
            Age[each] += other.Age[each];
            Stale[each] += other.Stale[each];
        }
    }
}
