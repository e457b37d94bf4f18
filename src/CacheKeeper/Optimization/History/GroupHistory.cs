namespace CacheKeeper.Optimization.History;

/// <summary>A category, or a category and one of its agents, in the access log.</summary>
internal sealed class GroupHistory(string category, string agent, TtlReplay replay)
{
    private double _rate = 1;

    public string Category { get; } = category;

    public string Agent { get; } = agent;

    public TtlReplay Replay { get; } = replay;

    /// <summary>Logged lookups.</summary>
    public long Logged { get; private set; }

    /// <summary>Lookups in the whole workload that these stand for.</summary>
    public double Lookups { get; private set; }

    public void Add(in LoggedAccess access, double at)
    {
        Logged++;
        Lookups += 1 / access.Rate;
        _rate = access.Rate;
        Replay.Add(access, at);
    }

    /// <summary>The hit ratio that the real cache had.</summary>
    public Estimate? Measured => Ratio(tally => tally.Answered, tally => tally.Lookups);

    /// <summary>What a lifetime would have made of the same lookups.</summary>
    public Estimate? HitRatio(int lifetime) => Ratio(tally => tally.Hits[lifetime], tally => tally.Lookups);

    /// <summary>Hits and probably stale answers, as shares of the lookups, in some of the blocks of time.</summary>
    public (double Hits, double Stale) Shares(int lifetime, int firstBlock, int afterBlock)
    {
        var sum = new TtlTally(Replay.Lifetimes.Count);
        for (var block = firstBlock; block < afterBlock; block++)
        {
            for (var group = 0; group < TtlReplay.Groups; group++)
            {
                sum.Add(Replay.Tally(block, group));
            }
        }

        return sum.Lookups <= 0 ? (0, 0) : (sum.Hits[lifetime] / sum.Lookups, sum.Stale[lifetime] / sum.Lookups);
    }

    /// <summary>Probably stale answers ÷ all lookups.</summary>
    public double StaleShare(int lifetime) => Shares(lifetime, 0, TtlReplay.Blocks).Stale;

    /// <summary>How often a question is asked for, on average.</summary>
    public double MeanAccesses => Replay.Followed == 0 ? 0 : Logged / (Replay.Followed / Replay.Share);

    /// <summary>Mean age of the answers given.</summary>
    public TimeSpan MeanAge(int lifetime) => TimeSpan.FromSeconds(Ratio(tally => tally.Age[lifetime], tally => tally.Hits[lifetime])?.Value ?? 0);

    /// <summary>Mean number of answers kept at a time, in the whole workload: each miss writes one, which lives its time; never more than there are questions.</summary>
    public double LiveEntries(int lifetime)
    {
        var misses = Lookups / Math.Max(1e-9, Replay.Length) * (1 - (HitRatio(lifetime)?.Value ?? 0));
        return Math.Min(misses * Replay.Lifetimes[lifetime], Questions);
    }

    /// <summary>Different questions in the whole workload.</summary>
    public double Questions => Replay.Followed / Replay.Share / _rate;

    /// <summary>
    /// What the hit ratio would change by. The error is that of the questions' sample (their groups differ) and that of the time
    /// (the next block of it will differ from the mean as the blocks did from each other).
    /// </summary>
    public Estimate? Change(int from, int to) => Ratio(tally => tally.Hits[to] - tally.Hits[from], tally => tally.Lookups);

    /// <summary>What really came against what the other lifetime would have made of the very same lookups.</summary>
    public Estimate? MeasuredAgainst(int lifetime) => Ratio(tally => tally.Answered - tally.Hits[lifetime], tally => tally.Lookups);

    private Estimate? Ratio(Func<TtlTally, double> part, Func<TtlTally, double> whole)
    {
        var (parts, wholes) = (new double[TtlReplay.Blocks, TtlReplay.Groups], new double[TtlReplay.Blocks, TtlReplay.Groups]);
        for (var block = 0; block < TtlReplay.Blocks; block++)
        {
            for (var group = 0; group < TtlReplay.Groups; group++)
            {
                var tally = Replay.Tally(block, group);
                (parts[block, group], wholes[block, group]) = (part(tally), whole(tally));
            }
        }

        return RatioEstimate.Of(parts, wholes);
    }
}
