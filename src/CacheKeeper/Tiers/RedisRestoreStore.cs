namespace CacheKeeper.Tiers;

/// <summary>Writes keys back with their absolute expiry, over a standing one only when told to.</summary>
internal sealed class RedisRestoreStore(RedisCommandClient commands)
{
    public async Task<RestoreOutcome> RestoreAsync(IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A key whose time has run out would vanish at once: it is not revived in any mode.
        var expired = entries.Where(entry => entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
        var wanted = entries.Where(entry => !expired.Contains(entry.Head.Id)).ToList();
        var restored = new List<string>();
        foreach (var part in Parts(wanted))
        {
            restored.AddRange(part[0].Kind == "dump" ? await RestoreDumpAsync(part[0], mode, cancellationToken) : await RestoreTextsAsync(part, mode, cancellationToken));
        }

        return new RestoreOutcome { Restored = restored, ExpiredSince = [.. expired], WrittenSince = [.. wanted.Select(entry => entry.Head.Id).Except(restored)] };
    }

    // Many texts go in one script; a value that is no text travels alone (REST can carry it only as the last argument).
    private static IEnumerable<StoredEntry[]> Parts(IReadOnlyList<StoredEntry> entries)
    {
        var texts = entries.Where(entry => entry.Kind == "string" && UpstashClient.IsText(entry.Content.Span) && UpstashClient.IsText(RedisKey.ToKey(entry.Head.Id)));
        return texts.Chunk(RedisCommandClient.KeysPerScript).Concat(entries.Except(texts).Select(entry => new[] { entry }));
    }

    private async Task<IEnumerable<string>> RestoreTextsAsync(StoredEntry[] entries, RestoreMode mode, CancellationToken cancellationToken)
    {
        object[] arguments = [mode == RestoreMode.Replace ? "1" : "0", .. entries.SelectMany(entry => new object[] { entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "", entry.Content.ToArray() })];
        var reply = await commands.RunScriptAsync("restore", RedisScripts.Restore, [.. entries.Select(entry => entry.Head)], arguments, cancellationToken);
        return entries.Where((_, i) => reply[i].Number == 1).Select(entry => entry.Head.Id);
    }

    private async Task<IEnumerable<string>> RestoreDumpAsync(StoredEntry entry, RestoreMode mode, CancellationToken cancellationToken)
    {
        // By a script, so that the value comes last: REST can carry bytes that are no text only there.
        object[] options = [.. mode == RestoreMode.Replace ? new object[] { "REPLACE" } : [], .. entry.Head.ExpiresAt is null ? [] : new object[] { "ABSTTL" }];
        object[] command = ["EVAL", RedisScripts.RestoreDump, "1", RedisKey.ToKey(entry.Head.Id), entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "0", .. options, entry.Content.ToArray()];
        var reply = await commands.TryAsync(command, cancellationToken);
        return reply switch
        {
            { Error: { } error } when error.Contains("BUSYKEY", StringComparison.Ordinal) => [],
            { Error: { } error } => throw new TierException(TierName.Upstash, "restore", error),
            _ => [entry.Head.Id],
        };
    }
}
