namespace CacheKeeper.Tiers;

/// <summary>Tells which query hashes are a project's own (keys carry no project).</summary>
internal delegate Task<IReadOnlyDictionary<string, OwnedHash>> FindHashes(string project, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken);

/// <summary>Whose a key is: the project's when it starts with the configured prefix, or when its query hash stands in the project's rows; else foreign.</summary>
/// <param name="findHashes">Null when there is no PostgreSQL tier: then only a prefix proves ownership.</param>
internal sealed class RedisOwnerStore(RedisSettings settings, FindHashes? findHashes)
{
    /// <summary>The keys that are provably the scope's, with what PostgreSQL knows of their entry, and how many are not the project's.</summary>
    public async Task<(List<EntryHead> Mine, int Foreign)> FindAsync(IReadOnlyList<string> keys, TierScope scope, CancellationToken cancellationToken)
    {
        // Our own keys (directives, dictionaries, probes) are no entries.
        var candidates = keys.Where(key => !key.StartsWith("cachekeeper:", StringComparison.Ordinal)).Select(key => (Key: key, Own: HasPrefix(key))).ToList();
        var known = await KnownAsync(scope.Project, candidates.Select(item => item.Key), cancellationToken);
        var mine = new List<EntryHead>();
        var foreign = 0;
        foreach (var (key, own) in candidates)
        {
            var hash = known.Count == 0 ? null : RedisKey.HashCandidates(Unprefixed(key)).Select(candidate => known.GetValueOrDefault(candidate)).FirstOrDefault(found => found is not null);
            if (hash is null && !own)
            {
                foreign++;
            }
            else if ((hash is null ? Label(key) : hash.Category) is var category && (scope.Category is null || scope.Category == category))
            {
                mine.Add(new EntryHead(TierName.Upstash, key, "")
                {
                    QueryHash = hash?.Hash,
                    Category = category ?? Label(key),
                    Agent = hash?.Agent,
                    AccessCount = hash?.AccessCount,
                    AccessedAt = hash?.AccessedAt,
                    CreatedAt = hash?.CreatedAt,
                    Pinned = hash?.Pinned ?? false,
                });
            }
        }

        return (mine, foreign);
    }

    /// <summary>Asked again at the moment of change: nothing foreign is ever changed, whatever a plan says.</summary>
    public async Task RefuseForeignAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var owned = await FindAsync([.. entries.Select(entry => entry.Id)], scope, cancellationToken);
        var mine = owned.Mine.Select(entry => entry.Id).ToHashSet();
        if (entries.FirstOrDefault(entry => !mine.Contains(entry.Id)) is { } foreign)
        {
            throw new TierException(TierName.Upstash, "remove", $"key {foreign.Id} is not provably {scope.Project}'s", "Nothing was changed. Set upstash.keyPrefix, or look whether its PostgreSQL row is gone.");
        }
    }

    private async Task<IReadOnlyDictionary<string, OwnedHash>> KnownAsync(string project, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        if (findHashes is null)
        {
            return new Dictionary<string, OwnedHash>();
        }

        // No row's hash holds a NUL (PostgreSQL refuses it), a key may.
        var hashes = keys.SelectMany(key => RedisKey.HashCandidates(Unprefixed(key))).Where(hash => !hash.Contains('\0', StringComparison.Ordinal)).ToHashSet();
        try
        {
            return hashes.Count == 0 ? new Dictionary<string, OwnedHash>() : await findHashes(project, hashes, cancellationToken);
        }
        catch (TierException e)
        {
            // Its pins and categories stand there too: a prefix alone would not say what must stay.
            throw new TierException(TierName.Upstash, "tell the project's keys", $"whose the keys are stands in {e.Tier.Title()}, and that could not be read: {e.Cause}", e.Hint, e) { Transient = e.Transient };
        }
    }

    private bool HasPrefix(string key) => settings.KeyPrefix.Length > 0 && key.StartsWith(settings.KeyPrefix, StringComparison.Ordinal);

    private string Unprefixed(string key) => HasPrefix(key) ? key[settings.KeyPrefix.Length..] : key;

    // A key of two parts says its category or its agent first.
    private string? Label(string key)
    {
        var name = HasPrefix(key) ? key.AsSpan(settings.KeyPrefix.Length) : key;
        var colon = name.IndexOf(':');
        return colon >= 0 && !name[(colon + 1)..].Contains(':') ? name[..colon].ToString() : null;
    }
}
