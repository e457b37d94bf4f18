namespace CacheKeeper.Optimization.Advice;

/// <summary>Asks every rule and puts what they say in order: what the operator's own rules demand first, then by what it is worth.</summary>
internal static class Advisor
{
    // Every rule, a line each.
    private static readonly Func<AdviceInputs, IEnumerable<Recommendation>>[] Rules =
    [
        TtlRule.Advise,
        PlacementRule.Advise,
        CapacityRule.Advise,
        IndexRule.Advise,
        MaintenanceRule.Advise,
        StatementRule.Advise,
    ];

    public static IReadOnlyList<Recommendation> Advise(AdviceInputs inputs) =>
        [.. Rules.SelectMany(rule => rule(inputs)).OrderByDescending(advice => advice.Demanded).ThenByDescending(advice => advice.Gain).ThenBy(advice => advice.Id, StringComparer.Ordinal)];
}
