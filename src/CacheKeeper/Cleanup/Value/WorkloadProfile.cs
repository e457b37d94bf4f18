namespace CacheKeeper.Cleanup.Value;

/// <summary>What was recognised about a workload: which rule values its entries, and why.</summary>
/// <param name="Enough">False when too little was seen to prefer anything over plain counts.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Gain">By how much the chosen rule beat plain counts in the back-tests (share of accesses retained).</param>
/// <param name="BackTests">How many cuts of the past judged.</param>
/// <param name="LostRatios">Of each back-test: entries lost by the chosen rule ÷ those it expected to lose.</param>
internal sealed record WorkloadProfile(ValueRule Rule, bool Enough, string Reason, double Gain, int BackTests, IReadOnlyList<double> LostRatios)
{
    /// <summary>Recognises the workload of a log for a cleanup that removes a share of the entries.</summary>
    public static WorkloadProfile Of(ReadOnlySpan<int> log, UsageLog usage, int uniqueKeys, double removedShare, ValuePolicy policy)
    {
        if (log.Length < policy.LeastRequests)
        {
            return Unknown($"{log.Length} requests are too few to learn from ({policy.LeastRequests} are needed)");
        }

        var reused = usage.Counts.Count(count => count > 1);
        if (reused < policy.LeastReusedEntries)
        {
            return Unknown($"only {reused} entries were ever asked for again ({policy.LeastReusedEntries} are needed)");
        }

        var tests = new List<CutScore[]>();
        foreach (var cut in policy.Cuts)
        {
            if (BackTest.At(log, (int)(log.Length * cut), uniqueKeys, removedShare, policy) is { } scores)
            {
                tests.Add(scores);
            }
        }

        return tests.Count < policy.Cuts.Count ? Unknown("too little followed in the past to judge any rule") : Choose(tests, policy);
    }

    private static WorkloadProfile Unknown(string why) => new(ValueRule.Plain, false, $"{why}: counts decide, the most recent first among equals", 0, 0, []);

    private static WorkloadProfile Choose(List<CutScore[]> tests, ValuePolicy policy)
    {
        var (best, chosen, gain) = (policy.Margin, 0, 0.0);
        for (var rule = 1; rule < ValueRule.All.Count; rule++)
        {
            var (mean, error) = GainOver(tests, rule);
            if (mean - (policy.Caution * error) > best)
            {
                (best, chosen, gain) = (mean - (policy.Caution * error), rule, mean);
            }
        }

        var picked = ValueRule.All[chosen];
        var reason = chosen == 0
            ? $"no rule beat plain counts clearly in {tests.Count} back-tests"
            : $"'{picked.Name}' kept {gain * 100:0.0} points more of what followed than plain counts in {tests.Count} back-tests";
        var ratios = tests.Select(scores => (scores[chosen].ActualLost + 1) / (scores[chosen].PredictedLost + 1)).ToArray();
        return new(picked, true, reason, gain, tests.Count, ratios);
    }

    // Mean gain over plain counts and its standard error.
    private static (double Mean, double Error) GainOver(List<CutScore[]> tests, int rule)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var scores in tests)
        {
            var gain = scores[rule].Retained - scores[0].Retained;
            sum += gain;
            squares += gain * gain;
        }

        var mean = sum / tests.Count;
        var variance = Math.Max(0, squares - (sum * mean)) / Math.Max(1, tests.Count - 1);
        return (mean, Math.Sqrt((variance + 1e-9) / tests.Count));
    }
}
