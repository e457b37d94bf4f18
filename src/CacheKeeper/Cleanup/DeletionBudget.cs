using System.Text.Json;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What the last day's runs have taken of each tier that would still have answered, so that many small runs do not take what one may not. Pure.</summary>
internal sealed record DeletionBudget(IReadOnlyDictionary<TierName, long> Taken)
{
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public static readonly DeletionBudget Untouched = new(new Dictionary<TierName, long>());

    /// <summary>From the ledger's runs of the last day; what was taken back since counts no more.</summary>
    public static DeletionBudget Of(IReadOnlyList<RunRecord> runs, DateTimeOffset now)
    {
        var undone = runs.Where(run => run is { Undoes: not null, Outcome: RunOutcome.Done }).Select(run => run.Undoes).ToHashSet();
        var acted = runs.Where(run => run.Outcome is RunOutcome.Done or RunOutcome.Degraded or RunOutcome.Interrupted && run.UndoUntil is not null && now - run.StartedAt < Day && !undone.Contains(run.Run));
        var taken = acted.SelectMany(run => run.Plan?["removals"]?.Deserialize<List<PlannedRemoval>>(StateJson.Options) ?? []).Where(removal => removal.Reason != RemovalReason.Expired);
        return new DeletionBudget(taken.GroupBy(removal => removal.Tier).ToDictionary(group => group.Key, group => group.Sum(removal => removal.Count)));
    }

    public long Of(TierName tier) => Taken.GetValueOrDefault(tier);

    /// <summary>How many entries that still answer may go today; a tier's share is of what it held before the day's runs.</summary>
    public long Left(TierName tier, long entries, CleanupPolicy policy)
    {
        var byShare = (long)((entries + Of(tier)) * policy.MaxSharePerDay) - Of(tier);
        var byRows = policy.MaxRowsPerDay is { } most ? most - Taken.Values.Sum() : long.MaxValue;
        return Math.Max(0, Math.Min(byShare, byRows));
    }
}
