namespace CacheKeeper.Tiers;

/// <summary>Adds up entries as a scan gives them: totals, the few largest, groups; its own memory is bounded whatever the number of entries.</summary>
internal sealed class MemoryTally(int most)
{
    private const int MostGroups = 10_000;
    private const string Others = "(others)";
    private readonly PriorityQueue<SizedPart, long> _biggest = new();
    private readonly Dictionary<string, (long Bytes, long Count)> _groups = new(StringComparer.Ordinal);
    private long _entries;
    private long _bytes;

    public void Add(EntryHead entry)
    {
        _entries++;
        _bytes += entry.Bytes;
        var name = Group(entry);
        name = _groups.Count < MostGroups || _groups.ContainsKey(name) ? name : Others;
        var (bytes, count) = _groups.GetValueOrDefault(name);
        _groups[name] = (bytes + entry.Bytes, count + 1);
        _biggest.Enqueue(new SizedPart(entry.Id, entry.Bytes), entry.Bytes);
        if (_biggest.Count > most)
        {
            _biggest.Dequeue();
        }
    }

    public MemoryUse Use(TierName tier) => new(tier)
    {
        Entries = _entries,
        EstimatedBytes = _bytes,
        Biggest = [.. _biggest.UnorderedItems.Select(item => item.Element).OrderByDescending(part => part.Bytes).ThenBy(part => part.Name, StringComparer.Ordinal)],
        Groups = [.. _groups.Select(group => new SizedPart(group.Key, group.Value.Bytes, group.Value.Count)).OrderByDescending(part => part.Bytes).ThenBy(part => part.Name, StringComparer.Ordinal).Take(most)],
    };

    // A key's beginning up to its last colon; elsewhere the category.
    private static string Group(EntryHead entry) =>
        entry.Tier == TierName.Upstash ? entry.Id.LastIndexOf(':') is > 0 and var colon ? entry.Id[..(colon + 1)] : "(no prefix)" : entry.Category ?? "(no category)";
}
