using CacheKeeper.Cleanup.Duplicates;
using CacheKeeper.Cleanup.Similarity;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Scans one tier after the other and writes down what the rules choose. What the record's entries go for, or are held by, their keys and memories follow.</summary>
/// <param name="project">Whose entries.</param>
internal sealed class SelectionService(CleanupPolicy policy, string project)
{
    // Of the record's entries: those chosen for something other than their time, and those pinned.
    private readonly Dictionary<string, RemovalReason> _taken = [];
    private readonly HashSet<string> _pinned = [];

    /// <param name="leads">Whether this tier is the record: its entries decide for the others'.</param>
    public async Task<TierSelection> SelectAsync(ITier tier, bool leads, SelectionRules rules, SelectionWriter selection, CancellationToken cancellationToken)
    {
        var tally = new TierSelection(tier.Name, policy.Compression.DictionarySample);
        try
        {
            var health = tier.Name == TierName.Mem0 && rules.Mode is CleanupMode.Deep or CleanupMode.Duplicates ? new MemoryHealth(rules.AsOf) : null;
            var duplicates = await DuplicatesAsync(tier, rules, tally, cancellationToken);
            // In a light cleanup the server itself finds what has expired, and counts the rest.
            var found = rules.Mode == CleanupMode.Light && tier.Name == TierName.Postgresql;
            var filter = new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, State = found ? EntryState.ExpiredOrPinned : EntryState.Any, FullPace = rules.FullPace, WorkShare = rules.WorkShare };
            await foreach (var page in tier.ScanAsync(filter, cancellationToken))
            {
                tally.See(page);
                foreach (var entry in page.Entries)
                {
                    health?.See(entry, duplicates.Contains(entry.Id));
                    if (Choose(entry, leads, rules, duplicates, tally) is { } because)
                    {
                        await selection.AddAsync(new Selection(entry, because), cancellationToken);
                    }
                }
            }

            if (found)
            {
                tally.Count(await tier.LookAsync(new TierScope(project), rules.AsOf, cancellationToken));
            }

            tally.Notes.AddRange(health is { IsKnown: true } ? [health.Sentence] : Array.Empty<string>());
        }
        catch (TierException e)
        {
            return new TierSelection(tier.Name, 0) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause };
        }

        return tally;
    }

    // Counts the entry, and gives the reason for which it goes.
    private RemovalReason? Choose(EntryHead entry, bool leads, SelectionRules rules, IReadOnlySet<string> duplicates, TierSelection tally)
    {
        // A pin on the record holds for its keys and memories too.
        var held = Pins.Hold(entry, rules.Policy) || (entry.QueryHash is { } known && _pinned.Contains(known));
        tally.Oversized += entry.Bytes > policy.OversizedAbove ? 1 : 0;
        if (held && entry.QueryHash is { } hold)
        {
            _pinned.Add(hold);
        }

        var reason = held ? null : ReasonFor(entry, leads, rules, duplicates, tally);
        tally.See(entry, reason, held);
        if (reason is null && !held && rules.Rewrites?.Choose(entry) is { } change)
        {
            tally.Rewrites.See(entry, change);
        }

        if (leads && reason is { } because and not RemovalReason.Expired && entry.QueryHash is { } hash)
        {
            _taken[hash] = because;
            tally.Doomed.Add(entry);
        }

        return reason;
    }

    // Its own reason first; then what its record goes for, so that an entry's row, keys and memories go together.
    private RemovalReason? ReasonFor(EntryHead entry, bool leads, SelectionRules rules, IReadOnlySet<string> duplicates, TierSelection tally)
    {
        var own = (leads ? rules : rules with { WorthAtMost = null }).Choose(entry);
        if (own is RemovalReason.LowValue or RemovalReason.DraggingCategory && tally.Doomed.Count >= rules.MostForValue)
        {
            own = null;
        }

        return own
            ?? (duplicates.Contains(entry.Id) ? RemovalReason.Duplicate
            : !leads && entry.QueryHash is { } hash && _taken.TryGetValue(hash, out var followed) ? followed : null);
    }

    // Duplicates are looked for among memories only: rows and keys are found by their hash and cannot say the same twice.
    private async Task<IReadOnlySet<string>> DuplicatesAsync(ITier tier, SelectionRules rules, TierSelection tally, CancellationToken cancellationToken)
    {
        if (tier.Name != TierName.Mem0 || rules.Mode is not (CleanupMode.Deep or CleanupMode.Duplicates))
        {
            return new HashSet<string>();
        }

        var texts = new List<CachedText>();
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, State = EntryState.Live, WithContents = true }, cancellationToken))
        {
            var read = page.Stored ?? await tier.ReadAsync(new TierScope(project), page.Entries, cancellationToken);
            texts.AddRange(read.Select(entry => MemoryText.Of(entry, project)));
            if (texts.Count >= policy.MostMemoriesCompared)
            {
                tally.Notes.Add($"Only the first {texts.Count:N0} memories were compared (cleanup.mostMemoriesCompared).");
                break;
            }
        }

        var found = DuplicateFinder.Find(texts, EmbeddingsStore.Open(), DuplicatePolicy.Default with { Threshold = (float)policy.DuplicateThreshold });
        if (found.HeldBack.Count > 0)
        {
            var guards = string.Join(", ", found.HeldBack.GroupBy(pair => pair.Guard).OrderByDescending(group => group.Count()).Select(group => $"{group.Count():N0} {group.Key}"));
            tally.Notes.Add($"{found.HeldBack.Count:N0} look-alike memories were held back ({guards}).");
        }

        return found.Clusters.SelectMany(cluster => cluster.Removed).Select(removed => removed.Id).ToHashSet();
    }
}
