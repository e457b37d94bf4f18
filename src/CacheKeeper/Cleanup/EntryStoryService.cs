using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What is known of one entry: where it stands, what a cleanup would make of it at a moment, and which runs removed it.</summary>
internal sealed class EntryStoryService(IReadOnlyList<ITier> tiers, StateStore state, NoteStore notes, CleanupPolicy policy, string project)
{
    private const int MostHeads = 20;

    /// <param name="key">Its id in a tier, or its query hash.</param>
    public async Task<EntryStory> TellAsync(string key, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var pinned = await new PinStore(notes, project).AddToAsync(policy, cancellationToken);
        var (found, unseen) = (new List<(EntryHead Head, string Verdict)>(), new List<string>());
        foreach (var tier in tiers)
        {
            try
            {
                await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = asOf, State = EntryState.Any, FullPace = true }, cancellationToken))
                {
                    found.AddRange(page.Entries.Where(entry => entry.Id == key || entry.QueryHash == key).Take(MostHeads - found.Count).Select(entry => (entry, EntryStory.Judge(entry, pinned, asOf))));
                }
            }
            catch (TierException e)
            {
                unseen.Add(e.Message);
            }
        }

        return new EntryStory(key, asOf, found, await RemovalsAsync(key, cancellationToken), unseen);
    }

    private async Task<IReadOnlyList<EntryRemoval>> RemovalsAsync(string key, CancellationToken cancellationToken) =>
        [.. (await state.QueryAsync<Row>("SELECT run AS Run, reason AS Reason, removed_at AS RemovedAt, returned_at AS ReturnedAt FROM ghosts WHERE project = @project AND hash = @key ORDER BY removed_at", new { project, key }, cancellationToken)).Select(row => row.ToRemoval())];

    private sealed class Row
    {
        public string Run { get; set; } = "";
        public string Reason { get; set; } = "";
        public long RemovedAt { get; set; }
        public long? ReturnedAt { get; set; }

        public EntryRemoval ToRemoval() => new(Run, RunRow.Word(Enum.Parse<RemovalReason>(Reason)), DateTimeOffset.FromUnixTimeMilliseconds(RemovedAt), ReturnedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }
}

/// <summary>One entry's story.</summary>
/// <param name="Unseen">Tiers that could not be looked at, in sentences.</param>
internal sealed record EntryStory(string Key, DateTimeOffset AsOf, IReadOnlyList<(EntryHead Head, string Verdict)> Found, IReadOnlyList<EntryRemoval> Removals, IReadOnlyList<string> Unseen)
{
    /// <summary>What a cleanup would make of it at that moment, and why.</summary>
    public static string Judge(EntryHead entry, CleanupPolicy policy, DateTimeOffset asOf) => entry switch
    {
        _ when Pins.Hold(entry, policy) => entry.Pinned ? "stays: pinned by its writer" : "stays: pinned by the settings or on the page",
        { ReplacedBy: { } other } => $"goes with the next deep cleanup: superseded by {other}",
        _ when entry.IsExpired(asOf) => $"goes with the next cleanup: its time ran out at {entry.ExpiresAt:u}",
        { ExpiresAt: { } end } => $"stays until {end:u}, unless a stronger cleanup finds it worth least",
        _ => "has no end of its own: only a cleanup by value, or 'cleanup expiry', ends it",
    };

    public IEnumerable<string> Lines()
    {
        foreach (var (head, verdict) in Found)
        {
            yield return $"{head.Tier.Title()}  {head.Id}  ({head.Category ?? "no category"}, {head.Bytes:N0} bytes): {verdict}.";
        }

        foreach (var removal in Removals)
        {
            yield return $"Removed by {removal.Run} at {removal.At:u} ({removal.Reason.Replace('_', ' ')}){(removal.ReturnedAt is { } back ? $"; asked for and written again at {back:u}" : "")}. 'cachekeeper debug why {removal.Run}' tells on what it decided.";
        }

        foreach (var sentence in Unseen)
        {
            yield return "Not looked at: " + sentence;
        }
    }
}

/// <summary>That a run removed an entry.</summary>
internal sealed record EntryRemoval(string Run, string Reason, DateTimeOffset At, DateTimeOffset? ReturnedAt);
