namespace CacheKeeper.Tiers;

/// <summary>Cuts entries into parts that are bounded in number and in bytes: a part of a few huge values is as small as one of many small ones.</summary>
internal static class EntryParts
{
    public static IEnumerable<IReadOnlyList<T>> Of<T>(IEnumerable<T> entries, int most, long mostBytes, Func<T, long> bytesOf)
    {
        var part = new List<T>();
        long bytes = 0;
        foreach (var entry in entries)
        {
            var size = bytesOf(entry);
            if (part.Count > 0 && (part.Count == most || bytes + size > mostBytes))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(entry);
            bytes += size;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }
}
