using System.Text.Json.Serialization;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a cleanup will do, what it looked at and leaves, why, and what it expects afterwards. It may refuse; "nothing to do" is a plan too.</summary>
internal sealed record CleanupPlan
{
    public required string Plan { get; init; }
    public required string Project { get; init; }
    public string? Category { get; init; }

    /// <summary>What was asked for, and what was chosen.</summary>
    public required CleanupMode Asked { get; init; }
    public required CleanupMode Mode { get; init; }
    public required string Reason { get; init; }

    /// <summary>The instant against which everything was judged.</summary>
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }
    public required IReadOnlyList<TierTotals> Tiers { get; init; }
    public required IReadOnlyList<PlannedRemoval> Removals { get; init; }

    /// <summary>Entries that are changed and stay.</summary>
    public IReadOnlyList<PlannedRewrite> Rewrites { get; init; } = [];

    /// <summary>Findings that are told and not acted on, in sentences.</summary>
    public IReadOnlyList<string> Reported { get; init; } = [];
    public CleanupExpectation? Expected { get; init; }

    /// <summary>The calls that making the plan took; null for plans of versions that did not tell.</summary>
    public TierCalls? Looked { get; init; }

    /// <summary>Guards that say no to applying it as it is.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    public long Count => Removals.Sum(removal => removal.Count);

    /// <summary>Entries that are changed and stay.</summary>
    public long Rewritten => Rewrites.Sum(rewrite => rewrite.Count);

    public bool IsEmpty => Count == 0 && Rewritten == 0;

    /// <summary>Tiers that could not be looked at. What stands in them is unknown, not zero.</summary>
    [JsonIgnore]
    public IEnumerable<TierTotals> Unseen => Tiers.Where(totals => totals.Error is not null);

    /// <summary>Whether none of its tiers could be looked at.</summary>
    [JsonIgnore]
    public bool SawNothing => Tiers.Count > 0 && Tiers.All(totals => totals.Error is not null);

    public long Bytes => Removals.Sum(removal => removal.Bytes);

    /// <summary>The share of a tier's entries that the plan takes; 0 for an empty tier.</summary>
    public double ShareOf(TierName tier)
    {
        var held = Tiers.FirstOrDefault(totals => totals.Tier == tier)?.Entries ?? 0;
        return held == 0 ? 0 : (double)Removals.Where(removal => removal.Tier == tier).Sum(removal => removal.Count) / held;
    }
}
