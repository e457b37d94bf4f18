namespace CacheKeeper.Optimization.Indexes;

/// <summary>Keeps watch over indexes from look to look: since when each is known, and when its counter last moved. Pure.</summary>
internal static class IndexWatches
{
    /// <summary>The watch after another look. A new index, one that was made anew under its old name, and a counter that fell all start afresh.</summary>
    public static Dictionary<string, IndexWatch> Look(IReadOnlyDictionary<string, IndexWatch> before, IEnumerable<(string Name, long Oid, long Scans)> seen, DateTimeOffset now)
    {
        var watches = new Dictionary<string, IndexWatch>();
        foreach (var (name, oid, scans) in seen)
        {
            watches[name] = before.TryGetValue(name, out var known) && known.Oid == oid && scans >= known.Scans
                ? known with { Scans = scans, LastUsed = scans > known.Scans ? now : known.LastUsed }
                : new IndexWatch(oid, now, scans, null);
        }

        return watches;
    }
}
