using CacheKeeper.Client;
using CacheKeeper.Optimization.History;
using CacheKeeper.Optimization.TimeToLive;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Lifetimes per category and agent: what freshness demands, and what the replay says pays.</summary>
internal static class TtlRule
{
    private const double LeastRatioOfChange = 1.1;

    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs)
    {
        if (inputs.History is not { LookupsPerMonth: not null } history)
        {
            return [];
        }

        var groups = history.Groups.Where(group => group.Logged >= inputs.Policy.MinimumLookups && group.Category != AccessHistory.Other && IsCovered(history, group) && !inputs.OnTrial.Contains(IdOf(inputs, group))).ToList();
        if (groups.Count == 0)
        {
            return [];
        }

        var strategy = TtlStrategy.Decide(groups, group => BoundsOf(inputs, group), group => PerMonth(history, group), inputs.Policy);
        return groups.Where(group => IsChange(group, strategy.Chosen[group])).Select(group => Of(inputs, history, group, strategy));
    }

    /// <summary>What the log is too short for, in a sentence; null when it suffices.</summary>
    public static string? TooShort(AdviceInputs inputs)
    {
        var beyond = inputs.History?.Groups.Where(group => group.Category != AccessHistory.Other && !IsCovered(inputs.History, group)).Select(group => TimeSpan.FromSeconds(group.Replay.Lifetimes[group.Replay.Current])).ToList();
        return beyond is { Count: > 0 } ? $"The access log covers {Text(inputs.History!.Covered)}; about answers that live {Text(beyond.Max())} nothing is promised before it covers that." : null;
    }

    /// <summary>The id of the advice about a group.</summary>
    public static string IdOf(AdviceInputs inputs, GroupHistory group) => HasSeveralAgents(inputs, group) ? $"ttl:{group.Category}/{group.Agent}" : $"ttl:{group.Category}";

    /// <summary>What comes of a lifetime shows only in a log that is longer.</summary>
    public static bool IsCovered(AccessHistory history, GroupHistory group) => history.Covered.TotalSeconds >= group.Replay.Lifetimes[group.Replay.Current];

    private static bool HasSeveralAgents(AdviceInputs inputs, GroupHistory group) => inputs.History!.Groups.Count(other => other.Category == group.Category) > 1;

    private static TtlBounds BoundsOf(AdviceInputs inputs, GroupHistory group)
    {
        var before = inputs.AWeekAgo.TryGetValue((group.Category, group.Agent), out var known) ? known : TimeSpan.FromSeconds(group.Replay.Lifetimes[group.Replay.Current]);
        var limits = inputs.Policy.Ttl.Longest < inputs.History!.Covered ? inputs.Policy.Ttl : inputs.Policy.Ttl with { Longest = inputs.History.Covered };
        return TtlBounds.Of(before, inputs.Policy.FreshnessOf(group.Category).Ceiling, limits);
    }

    private static double PerMonth(AccessHistory history, GroupHistory group) => history.LookupsPerMonth!.Value * group.Lookups / history.Lookups;

    // Less than a tenth more or less is not worth a change.
    private static bool IsChange(GroupHistory group, int chosen)
    {
        var ratio = group.Replay.Lifetimes[chosen] / group.Replay.Lifetimes[group.Replay.Current];
        return ratio is > LeastRatioOfChange or < 1 / LeastRatioOfChange;
    }

    private static Recommendation Of(AdviceInputs inputs, AccessHistory history, GroupHistory group, TtlStrategy strategy)
    {
        var (from, to) = (group.Replay.Current, strategy.Chosen[group]);
        var (before, after) = (TimeSpan.FromSeconds(group.Replay.Lifetimes[from]), TimeSpan.FromSeconds(group.Replay.Lifetimes[to]));
        var rule = inputs.Policy.FreshnessOf(group.Category);
        var demanded = before > rule.Ceiling;
        var id = IdOf(inputs, group);
        var perMonth = PerMonth(history, group);
        var name = demanded ? "freshness" : "ttl";
        var why = demanded
            ? $"No answer of {group.Category} may live longer than {Text(rule.Ceiling)}; they live {Text(before)}."
            : after > before
                ? $"Questions return after their answers are gone: {Points(group.Change(from, to)!)} of the lookups more would be answered."
                : $"Answers lie unused for the most part: {Bytes(TtlWorth.LiveBytes(group, from) - TtlWorth.LiveBytes(group, to))} less would be kept, at {Points(group.Change(from, to)!)} of the lookups.";
        return new()
        {
            Id = id,
            Rule = name,
            What = $"Keep answers of {Name(id)} for {Text(after)} instead of {Text(before)}",
            Why = why,
            Evidence = EvidenceOf(history, group, strategy, to),
            Expected = EffectOf(inputs, history, group, to),
            Risk = $"Answers are on average {Text(group.MeanAge(to))} old when they are given, now {Text(group.MeanAge(from))}. It stands for {Text(inputs.Policy.Ttl.Stands)}, then the ordinary lifetime returns unless it has proved itself.",
            Command = $"cachekeeper optimizer run --only {id}",
            Gain = TtlWorth.Costs(group, from, perMonth, inputs.Policy.Costs) - TtlWorth.Costs(group, to, perMonth, inputs.Policy.Costs),
            Demanded = demanded,
            Action = new()
            {
                SecondsBefore = before.TotalSeconds,
                Directive = new TtlDirective(null, group.Category, HasSeveralAgents(inputs, group) ? group.Agent : null, null, after.TotalSeconds, inputs.Now + inputs.Policy.Ttl.Stands, why, OptimizerNames.Writer),
            },
        };
    }

    private static IReadOnlyList<string> EvidenceOf(AccessHistory history, GroupHistory group, TtlStrategy strategy, int to) =>
    [
        $"{group.Logged:N0} logged lookups from {history.FirstAt:yyyy-MM-dd HH:mm} to {history.LastAt:yyyy-MM-dd HH:mm} UTC, which stand for {group.Lookups:N0}.",
        $"Measured hit ratio {Percent(group.Measured)}; the replay of today's lifetime gives {Percent(group.HitRatio(group.Replay.Current))}, of the new one {Percent(group.HitRatio(to))}.",
        $"On the half of the time not learned from: {string.Join(", ", strategy.Costs.Select(pair => $"{pair.Key} {pair.Value:0.00} USD a month"))}.",
    ];

    private static Effect EffectOf(AdviceInputs inputs, AccessHistory history, GroupHistory group, int to)
    {
        var from = group.Replay.Current;
        var change = group.Change(from, to)!;
        var share = group.Lookups / history.Lookups;
        var bytes = TtlWorth.LiveBytes(group, to) - TtlWorth.LiveBytes(group, from);
        var perMonth = PerMonth(history, group);
        return new()
        {
            GroupHitRatio = change,
            HitRatio = change.Times(share),
            Milliseconds = change.Times(-share * inputs.Policy.Costs.ModelTakes.TotalMilliseconds),
            Bytes = new Estimate(bytes, bytes, bytes),
            MoneyPerMonth = change.Times(-perMonth * inputs.Policy.Costs.Miss).Plus(Estimate.Of(TtlWorth.StorageCosts(bytes, inputs.Policy.Costs), 0)),
            StaleShare = (group.StaleShare(to) - group.StaleShare(from)) * share,
        };
    }

    private static string Name(string id) => id["ttl:".Length..].Replace("/", ", agent ", StringComparison.Ordinal);

    private static string Percent(Estimate? ratio) => AdviceText.Percent(ratio);

    private static string Points(Estimate change) => AdviceText.Points(change);

    private static string Text(TimeSpan span) => AdviceText.Span(span);

    private static string Bytes(double bytes) => AdviceText.Bytes(bytes);
}
