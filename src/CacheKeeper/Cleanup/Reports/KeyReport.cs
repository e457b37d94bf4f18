using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Reports;

/// <summary>What a project's keys are like: by prefix, by size, by the time they have left. One pass in constant memory.</summary>
internal sealed class KeyReport(string keyPrefix, DateTimeOffset asOf)
{
    /// <summary>Prefixes told one by one; keys of any further one stand under "others".</summary>
    public const int MostPrefixes = 50;

    private static readonly (long Below, string Name)[] SizeBands = [(1 << 10, "< 1 KB"), (10 << 10, "1–10 KB"), (100 << 10, "10–100 KB"), (1 << 20, "100 KB–1 MB"), (long.MaxValue, "≥ 1 MB")];

    private static readonly (TimeSpan Below, string Name)[] TimeBands =
        [(TimeSpan.FromHours(1), "< 1 h"), (TimeSpan.FromDays(1), "1–24 h"), (TimeSpan.FromDays(7), "1–7 days"), (TimeSpan.FromDays(30), "7–30 days"), (TimeSpan.MaxValue, "> 30 days")];

    private readonly Dictionary<string, (long Keys, long Bytes)> _prefixes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Keys, long Bytes)> _sizes = [];
    private readonly Dictionary<string, (long Keys, long Bytes)> _times = [];

    public long Keys { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Keys that are not provably the project's.</summary>
    public long Foreign { get; set; }

    /// <summary>Largest first.</summary>
    public IReadOnlyList<KeyGroup> ByPrefix => [.. Groups(_prefixes).OrderByDescending(group => group.Bytes).ThenBy(group => group.Name, StringComparer.Ordinal)];

    public IReadOnlyList<KeyGroup> BySize => InOrder(_sizes, SizeBands.Select(band => band.Name));

    public IReadOnlyList<KeyGroup> ByTimeLeft => InOrder(_times, TimeBands.Select(band => band.Name).Append("no end"));

    public void Add(EntryHead key)
    {
        (Keys, Bytes) = (Keys + 1, Bytes + key.Bytes);
        var prefix = PrefixOf(key.Id);
        Count(_prefixes, _prefixes.ContainsKey(prefix) || _prefixes.Count < MostPrefixes ? prefix : "others", key.Bytes);
        Count(_sizes, SizeBands.First(band => key.Bytes < band.Below).Name, key.Bytes);
        Count(_times, key.ExpiresAt is { } end ? TimeBands.First(band => end - asOf < band.Below).Name : "no end", key.Bytes);
    }

    // What stands before the first colon behind the project's own prefix: the category or the agent.
    private string PrefixOf(string key)
    {
        var rest = key.StartsWith(keyPrefix, StringComparison.Ordinal) ? key.AsSpan(keyPrefix.Length) : key;
        var colon = rest.IndexOf(':');
        return colon < 0 ? "(none)" : rest[..(colon + 1)].ToString();
    }

    private static void Count(Dictionary<string, (long Keys, long Bytes)> groups, string name, long bytes)
    {
        var sum = groups.GetValueOrDefault(name);
        groups[name] = (sum.Keys + 1, sum.Bytes + bytes);
    }

    private static IEnumerable<KeyGroup> Groups(Dictionary<string, (long Keys, long Bytes)> groups) => groups.Select(pair => new KeyGroup(pair.Key, pair.Value.Keys, pair.Value.Bytes));

    private static List<KeyGroup> InOrder(Dictionary<string, (long Keys, long Bytes)> groups, IEnumerable<string> names) =>
        [.. names.Where(groups.ContainsKey).Select(name => new KeyGroup(name, groups[name].Keys, groups[name].Bytes))];
}
