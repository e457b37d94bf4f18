namespace CacheKeeper.Cleanup.Regret;

/// <summary>
/// What the value of entries learns from regret: categories whose removed entries come back more often than others' are worth more, by the ratio of the two
/// shares, drawn towards 1 while little is known. Pure.
/// </summary>
internal sealed record RegretLesson(IReadOnlyDictionary<string, double> Factors)
{
    /// <summary>Only what went for its value says something about the value.</summary>
    public static readonly IReadOnlyList<RemovalReason> Reasons = [RemovalReason.LowValue, RemovalReason.DraggingCategory];

    public static readonly RegretLesson None = new(new Dictionary<string, double>());

    public static RegretLesson Of(RegretLedger ledger, RegretPolicy policy)
    {
        var judged = ledger.Lines.Where(line => Reasons.Contains(line.Reason)).ToList();
        var (removed, returned) = (judged.Sum(line => line.Removed), judged.Sum(line => line.Returned));
        if (returned <= 0)
        {
            return None;
        }

        var usual = returned / removed;
        return new RegretLesson(judged.GroupBy(line => line.Category).ToDictionary(group => group.Key, group =>
        {
            var own = (group.Sum(line => line.Returned) + (usual * policy.PriorRemovals)) / (group.Sum(line => line.Removed) + policy.PriorRemovals);
            return Math.Clamp(own / usual, 1 / policy.MostFactor, policy.MostFactor);
        }));
    }

    public double Of(string? category) => category is not null && Factors.TryGetValue(category, out var factor) ? factor : 1;

    /// <summary>What it changes, in a sentence; null when it changes little.</summary>
    public string? Sentence => Factors.Where(pair => Math.Abs(pair.Value - 1) >= 0.05).OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} × {pair.Value:0.00}").ToList() is { Count: > 0 } parts
        ? $"What came back after earlier removals changes the worth of: {string.Join(", ", parts)}."
        : null;
}
