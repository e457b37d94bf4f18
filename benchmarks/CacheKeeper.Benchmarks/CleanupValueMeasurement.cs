using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Benchmarks;

/// <summary>One-shot cleanup on access traces (protocol 1a) beside recency and counts, and the promised effect beside what came.</summary>
internal sealed class CleanupValueMeasurement : IMeasurement
{
    private static readonly double[] Shares = [0.2, 0.4, 0.6, 0.8];

    public string Name => "cleanup-value";

    public string Summary => "Accesses retained after removing 20 to 80 % of the entries at half of each trace, against recency, counts; expected effect against what came";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var traces = TraceData.Names.Select(name => TraceData.Read(figures, name)).ToArray();
        foreach (var share in Shares)
        {
            MeasureShare(figures, traces, share);
        }

        MeasureEffects(figures, traces);
        return Task.CompletedTask;
    }

    private static void MeasureShare(Figures figures, AccessTrace[] traces, double share)
    {
        var (ours, recency, counts, worst) = (0.0, 0.0, 0.0, double.MaxValue);
        foreach (var (name, trace) in TraceData.Names.Zip(traces))
        {
            var half = trace.Keys.Length / 2;
            var ranking = LogRanking.Of(trace.Keys.AsSpan(0, half), trace.UniqueKeys, share, new ValuePolicy());
            var following = trace.Keys.AsSpan(half, trace.Keys.Length / 4);
            var future = BackTest.FutureCounts(ranking.Usage, following, trace.UniqueKeys, out var total);
            double Retained(int[] order) => 1 - (order.Take(RemovalOrder.Removed(order.Length, share)).Sum(slot => (double)future[slot]) / total);
            double By(UsageMeasure measure) => Retained(RemovalOrder.Of(new ValueRule("", measure, 0).Score(ranking.Usage, ranking.Chances)));
            var (one, last, count) = (Retained(ranking.Order), By(UsageMeasure.Recency), By(UsageMeasure.Count));
            (ours, recency, counts) = (ours + (one / traces.Length), recency + (last / traces.Length), counts + (count / traces.Length));
            worst = Math.Min(worst, one - Math.Max(last, count));
            figures.Add($"{name}, {share * 100:0} % removed", one, Math.Max(last, count) - 0.01, null, false, $"recency {last:0.000}, counts {count:0.000}; {ranking.Profile.Reason}");
        }

        var judged = share is 0.6;
        figures.Add($"mean, {share * 100:0} % removed", ours, judged ? 0.875 : null, judged ? 0.890 : null, false, $"recency {recency:0.000}, counts {counts:0.000}; worst against the better of the two {worst:0.000}");
    }

    // Every trace, seen to six points, four shares: the loss promised for the next half of what was seen against what came.
    private static void MeasureEffects(Figures figures, AccessTrace[] traces)
    {
        var policy = new ValuePolicy();
        var (errors, inside, all) = (0.0, 0, 0);
        foreach (var trace in traces)
        {
            foreach (var seen in new[] { 0.25, 0.35, 0.45, 0.5, 0.55, 0.65 })
            {
                var cut = (int)(trace.Keys.Length * seen);
                foreach (var share in Shares)
                {
                    var ranking = LogRanking.Of(trace.Keys.AsSpan(0, cut), trace.UniqueKeys, share, policy);
                    var horizon = (int)(cut * policy.HorizonShare);
                    var future = BackTest.FutureCounts(ranking.Usage, trace.Keys.AsSpan(cut, horizon), trace.UniqueKeys, out _);
                    var lost = ranking.Order.Take(RemovalOrder.Removed(ranking.Order.Length, share)).Count(slot => future[slot] > 0) / (double)horizon;
                    var effect = ranking.Effect(share, policy);
                    errors += Math.Abs(effect.Loss!.Value - lost);
                    inside += lost >= effect.Lower90 && lost <= effect.Upper90 ? 1 : 0;
                    all++;
                }
            }
        }

        figures.Add("expected effect on the hit ratio, mean error in points", errors / all * 100, 2, null, true, $"{all} removals");
        figures.Add("share of effects inside the 90 % interval", (double)inside / all, 0.80, null, false, ".80-.98 is right");
    }
}
