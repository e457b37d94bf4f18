using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>Writes keys of a restore, each only over what the safety copy holds and what was read just before: a key that came, went or changed since is left.</summary>
/// <param name="copied">What the safety copy holds; null when whatever stands is written over.</param>
internal sealed class RedisPutRunner(RedisTier tier, RedisTypedStore typed, DateTimeOffset now, CopiedContents? copied)
{
    /// <summary>What a safety copy holds. A key's time is no content: a reader who prolongs it writes nothing that could be lost.</summary>
    public static async Task<CopiedContents?> CopiedAsync(SafetyLines? safety, CancellationToken cancellationToken)
    {
        if (safety is null)
        {
            return null;
        }

        var copied = new CopiedContents(safety.Part.Entries);
        await foreach (var line in LayerReaderService.LinesAsync(safety.Lines(cancellationToken), cancellationToken))
        {
            var entry = RedisLine.Read(line);
            copied.Add(entry.Head.Id, entry.Content.Span);
        }

        return copied;
    }

    /// <summary>Whether the safety copy holds an entry as it stands.</summary>
    public bool MayGo(StoredEntry stands) => copied?.Has(stands.Head.Id, stands.Content.Span) != false;

    /// <returns>How many of the missing were added, and how many of the different replaced.</returns>
    public async Task<(int Added, int Replaced)> PutAsync(IReadOnlyList<StoredEntry> missing, IReadOnlyList<(StoredEntry Entry, StoredEntry Stands)> different, CancellationToken cancellationToken)
    {
        var puts = missing.Select(entry => new RedisPut(entry, RedisDigest.Nothing)).ToList();
        puts.AddRange(different.Where(pair => MayGo(pair.Stands)).Select(pair => new RedisPut(pair.Entry, copied is null ? RedisDigest.Anything : RedisTypedStore.DigestOf(pair.Stands))));
        var written = await WriteAsync(puts, cancellationToken);
        var added = missing.Count(entry => written.Contains(entry.Head.Id));
        return (added, written.Count - added);
    }

    /// <returns>The keys that were written.</returns>
    public async Task<HashSet<string>> WriteAsync(IReadOnlyList<RedisPut> puts, CancellationToken cancellationToken)
    {
        var outcome = await tier.PutAsync([.. puts.Where(put => !RedisTypedStore.IsTyped(put.Entry.Kind))], now, cancellationToken);
        var written = outcome.Restored.ToHashSet();
        foreach (var put in puts.Where(put => RedisTypedStore.IsTyped(put.Entry.Kind)))
        {
            if (await typed.WriteAsync(put, cancellationToken))
            {
                written.Add(put.Entry.Head.Id);
            }
        }

        return written;
    }
}
