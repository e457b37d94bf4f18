using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Value;

/// <summary>
/// What entries are worth, learned from what the tiers know of them (no access log): uses × chance of re-use to a mild power, which kept
/// most on every trace we have; the chance comes from the gaps of this workload, by uses, idle time and category.
/// </summary>
internal sealed class ValueModel(ReuseCurves curves, IReadOnlyDictionary<string, double> categories, TimeSpan horizon, DateTimeOffset now, ValueKnowledge knowledge)
{
    private const double ReuseExponent = 0.25;

    public ValueKnowledge Knowledge => knowledge;

    /// <summary>How far ahead the chances of re-use look.</summary>
    public TimeSpan Horizon => horizon;

    /// <summary>Learns from heads, read once; memory does not grow with their number.</summary>
    public static ValueModel Learn(IEnumerable<EntryHead> heads, DateTimeOffset now, ValuePolicy policy)
    {
        var learner = new ValueLearner(now, policy);
        foreach (var head in heads)
        {
            learner.Add(head);
        }

        return learner.Build();
    }

    public EntryValue Score(EntryHead head)
    {
        if (EntryUse.Of(head, now) is not { } use)
        {
            return new(null, null, null, "its tier does not say how often or when it was used");
        }

        var chance = curves.ChanceWithin(CountClasses.Of(use.Uses), use.Idle, horizon.TotalSeconds);
        if (head.Category is { } category && categories.TryGetValue(category, out var relative))
        {
            chance = 1 - Math.Pow(1 - chance, relative);
        }

        var value = use.Uses * Math.Pow(chance, ReuseExponent);
        var reason = $"used {use.Uses} times, idle {Spoken(use.Idle)}, {chance * 100:0} % likely to be asked for within {Spoken(horizon.TotalSeconds)}";
        return new(value, head.Bytes > 0 ? value / head.Bytes : null, chance, reason);
    }

    /// <summary>What removing entries is expected to cost; unknown when the model knows too little or the lookups to come are not known.</summary>
    /// <param name="lookups">Lookups expected within the horizon.</param>
    public RemovalEffect Effect(IEnumerable<EntryHead> removed, double? lookups, RemovalEffectPolicy policy)
    {
        if (knowledge.Level == KnowledgeLevel.TooLittle)
        {
            return RemovalEffect.Unknown;
        }

        // What is not known of an entry is taken to be a coin's toss, which can only widen the interval and raise the loss.
        var chances = removed.Select(head => Score(head).ReuseChance ?? 0.5).ToArray();
        return RemovalEffect.Of(chances, lookups, [], policy);
    }

    private static string Spoken(double seconds) => seconds switch
    {
        < 120 => $"{seconds:0} s",
        < 7200 => $"{seconds / 60:0} min",
        < 172_800 => $"{seconds / 3600:0} h",
        _ => $"{seconds / 86_400:0} d",
    };
}
