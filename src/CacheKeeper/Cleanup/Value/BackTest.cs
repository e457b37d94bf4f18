namespace CacheKeeper.Cleanup.Value;

/// <summary>Tries every rule on the past: cuts the observed log, removes by the rule, and counts which share of what followed fell on kept entries.</summary>
internal static class BackTest
{
    /// <summary>Scores of one cut, one per rule of <see cref="ValueRule.All"/>; null when too little followed to judge.</summary>
    public static CutScore[]? At(ReadOnlySpan<int> log, int cut, int uniqueKeys, double removedShare, ValuePolicy policy)
    {
        var horizon = (int)Math.Min(log.Length - cut, cut * policy.HorizonShare);
        if (horizon < 1)
        {
            return null;
        }

        var past = log[..cut];
        var usage = UsageLog.Of(past, uniqueKeys);
        var future = FutureCounts(usage, log.Slice(cut, horizon), uniqueKeys, out var total);
        if (total == 0)
        {
            return null;
        }

        var chances = ReuseForecast.Chances(past, usage, uniqueKeys, horizon, policy);
        var scores = new CutScore[ValueRule.All.Count];
        for (var rule = 0; rule < scores.Length; rule++)
        {
            var order = RemovalOrder.Of(ValueRule.All[rule].Score(usage, chances));
            scores[rule] = Score(order, future, total, chances, removedShare, policy);
        }

        return scores;
    }

    /// <summary>How often each slot is asked for in what follows.</summary>
    public static int[] FutureCounts(UsageLog usage, ReadOnlySpan<int> following, int uniqueKeys, out long total)
    {
        var slots = new int[uniqueKeys];
        for (var slot = 0; slot < usage.Entries; slot++)
        {
            slots[usage.Keys[slot]] = slot + 1;
        }

        var counts = new int[usage.Entries];
        total = 0;
        foreach (var key in following)
        {
            if (slots[key] > 0)
            {
                counts[slots[key] - 1]++;
                total++;
            }
        }

        return counts;
    }

    private static CutScore Score(int[] order, int[] future, long total, double[] chances, double removedShare, ValuePolicy policy)
    {
        var lostUpTo = new long[order.Length + 1];
        for (var place = 0; place < order.Length; place++)
        {
            lostUpTo[place + 1] = lostUpTo[place] + future[order[place]];
        }

        var retained = 0.0;
        foreach (var offset in policy.RemovalSpread)
        {
            var removed = RemovalOrder.Removed(order.Length, Math.Clamp(removedShare + offset, 0, 1));
            retained += 1 - ((double)lostUpTo[removed] / total);
        }

        var (predicted, actual) = (0.0, 0);
        foreach (var slot in order.AsSpan(0, RemovalOrder.Removed(order.Length, removedShare)))
        {
            predicted += chances[slot];
            actual += future[slot] > 0 ? 1 : 0;
        }

        return new(retained / policy.RemovalSpread.Count, predicted, actual);
    }
}
