using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.Changes;

/// <summary>What the log says of a change: the same lookups as they were answered, and as the old and the new lifetime would have answered them.</summary>
/// <param name="Before">From before the change: how far the replay is off the real cache.</param>
/// <param name="After">From after it, once what was saved under the old lifetime has run out.</param>
internal sealed record ChangeHistory(GroupHistory Before, GroupHistory After)
{
    /// <summary>The lifetimes that both replays hold.</summary>
    public const int Old = 0;

    public const int New = 1;

    /// <summary>
    /// What the change did to the hit ratio of its group: measured less what the old lifetime would have made of the very same lookups. What the
    /// replay was off before the change (hits by like wording, evictions) is taken off again.
    /// </summary>
    public Estimate? Got => After.MeasuredAgainst(Old) is not { } now ? null : Before.MeasuredAgainst(Old) is { } then ? now.Plus(then.Times(-1)) : now;
}

/// <summary>Compares what came with what was promised. Pure.</summary>
internal static class ChangeJudge
{
    /// <summary>The verdict; null when it is too early or nothing can be said yet.</summary>
    /// <param name="share">The group's share of all lookups.</param>
    /// <param name="measured">The effect measured on the group's hit ratio; null when there is none.</param>
    public static ChangeVerdict? Judge(Change change, Estimate? measured, long logged, double staleShare, double share, OptimizerPolicy policy, DateTimeOffset now)
    {
        if (now < change.JudgeAt)
        {
            return null;
        }

        if (measured is not { } got || logged < policy.Judge.MinimumLookups)
        {
            return now - change.AppliedAt < (change.JudgeAt - change.AppliedAt) * policy.Judge.Patience
                ? null
                : new(now, false, false, $"Taken back: only {logged:N0} lookups were logged since, too few to prove it.", new(), null);
        }

        var promised = change.Promised.GroupHitRatio ?? new Estimate(0, 0, 0);
        var (keep, helped, verdict) = Compare(promised, got, policy.Judge.Tolerance);
        var said = $"{verdict} The hit ratio of {change.Directive.Category} changed by {AdviceText.Points(got)}; promised were {AdviceText.Points(promised)}, on {logged:N0} logged lookups.";
        var effect = new Effect
        {
            GroupHitRatio = got,
            HitRatio = got.Times(share),
            Milliseconds = got.Times(-share * policy.Costs.ModelTakes.TotalMilliseconds),
            StaleShare = staleShare * share,
        };
        return new(now, keep, helped, said, effect, Math.Abs(got.Value - promised.Value) * 100);
    }

    private static (bool Keep, bool Helped, string Verdict) Compare(Estimate promised, Estimate got, double tolerance)
    {
        if (promised.Value > 0)
        {
            return got.Value switch
            {
                <= 0 => (false, false, "Taken back: it did not help."),
                var value when value < promised.Lower90 - tolerance => (true, true, "Kept, though it brought less than promised."),
                _ => (true, true, "Kept."),
            };
        }

        // It was to cost no more than so much of the hit ratio.
        var least = promised.Lower90 - tolerance;
        return got.Upper90 < least ? (false, false, "Taken back: it cost more hits than promised.")
            : got.Value < least ? (true, false, "Kept, though it may cost more hits than promised.")
            : (true, true, "Kept.");
    }
}
