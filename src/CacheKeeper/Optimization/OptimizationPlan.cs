using CacheKeeper.Optimization.Advice;

namespace CacheKeeper.Optimization;

/// <summary>What a run would do and leave: every recommendation with what becomes of it and why.</summary>
internal sealed record OptimizationPlan(IReadOnlyList<PlannedAdvice> Advice, IReadOnlyList<string> Unseen)
{
    public IEnumerable<Recommendation> ToApply => Advice.Where(one => one.Apply).Select(one => one.Advice);

    /// <summary>Decides what the policy lets a run do by itself.</summary>
    /// <param name="only">Ids or rules asked for by name; empty means all that the policy allows.</param>
    /// <param name="busy">Why maintenance must wait; null when it is quiet.</param>
    public static OptimizationPlan Of(IReadOnlyList<Recommendation> advice, IReadOnlyCollection<string> only, OptimizerPolicy policy, string? busy, IReadOnlyList<string> unseen) =>
        new([.. advice.Select(one => Decide(one, only, policy, busy))], unseen);

    private static PlannedAdvice Decide(Recommendation advice, IReadOnlyCollection<string> only, OptimizerPolicy policy, string? busy)
    {
        var named = only.Contains(advice.Id) || only.Contains(advice.Rule);
        return advice switch
        {
            { Action: null } => new(advice, false, "a person has to do it"),
            _ when only.Count > 0 && !named => new(advice, false, "not asked for"),
            _ when !named && !policy.Apply.Contains(advice.Rule) => new(advice, false, $"optimizer.apply does not name {advice.Rule}"),
            { Action.Maintenance: not null } when busy is not null => new(advice, false, busy),
            _ => new(advice, true, ""),
        };
    }
}

/// <summary>One recommendation and whether the run carries it out; the reason when it does not.</summary>
internal sealed record PlannedAdvice(Recommendation Advice, bool Apply, string Because);
