using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.Changes;

/// <summary>Which existing entries get which new end. Pure, and the same when it is computed again for the undo.</summary>
/// <param name="StartedAt">When the run began: no entry ends before a minute after it.</param>
/// <param name="Parts">The lifetimes that stand.</param>
internal sealed record Retiming(DateTimeOffset StartedAt, IReadOnlyList<TtlDirective> Parts)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WorthMoving = TimeSpan.FromSeconds(30);

    /// <summary>The new end of an entry; null when no lifetime is about it, when nobody knows when it was written, or when its end hardly moves.</summary>
    public DateTimeOffset? EndOf(EntryHead entry)
    {
        if ((entry.UpdatedAt ?? entry.CreatedAt) is not { } written || entry.ExpiresAt is not { } end || entry.IsExpired(StartedAt))
        {
            return null;
        }

        var wanted = Fitting(entry) is { Seconds: { } seconds } ? Later(written.AddSeconds(seconds), StartedAt + Grace) : end;
        return (wanted - end).Duration() < WorthMoving ? null : wanted;
    }

    /// <summary>Whether an entry still has the end that this run gave it (and nobody has written it since).</summary>
    public bool Gave(EntryHead now, EntryHead before) =>
        EndOf(before) is { } end && now.ExpiresAt is { } stands && (stands - end).Duration() <= TimeSpan.FromSeconds(2) && now.UpdatedAt == before.UpdatedAt;

    private TtlDirective? Fitting(EntryHead entry) => Parts
        .Where(part => (part.Tier is null || part.Tier == entry.Tier.Word()) && part.Category == entry.Category && (part.Agent is null || part.Agent == entry.Agent))
        .OrderBy(part => (part.Agent is null ? 0 : 2) + (part.Tier is null ? 0 : 1)).LastOrDefault();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
