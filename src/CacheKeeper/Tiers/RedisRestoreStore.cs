namespace CacheKeeper.Tiers;

/// <summary>Writes keys back with their absolute expiry, over a standing one only when told to.</summary>
internal sealed class RedisRestoreStore(RedisCommandClient commands)
{
    public Task<RestoreOutcome> RestoreAsync(IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        PutAsync([.. entries.Select(entry => new RedisPut(entry, mode == RestoreMode.Replace ? RedisDigest.Anything : RedisDigest.Nothing))], now, cancellationToken);

    /// <summary>Writes each key where what must stand under it stands, checked and written in one step on the server.</summary>
    public async Task<RestoreOutcome> PutAsync(IReadOnlyList<RedisPut> puts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A key whose time has run out would vanish at once: it is not revived in any mode.
        var expired = puts.Select(put => put.Entry.Head).Where(head => head.IsExpired(now)).Select(head => head.Id).ToHashSet();
        var wanted = puts.Where(put => !expired.Contains(put.Entry.Head.Id)).ToList();
        var restored = new List<string>();
        foreach (var part in Parts(wanted))
        {
            restored.AddRange(IsText(part[0].Entry) ? await PutTextsAsync(part, cancellationToken) : await PutBytesAsync(part[0], cancellationToken));
        }

        return new RestoreOutcome { Restored = restored, ExpiredSince = [.. expired], WrittenSince = [.. wanted.Select(put => put.Entry.Head.Id).Except(restored)] };
    }

    // Many texts go in one script; a value that is no text travels alone.
    private static IEnumerable<IReadOnlyList<RedisPut>> Parts(IReadOnlyList<RedisPut> puts) =>
        EntryParts.Of(puts.Where(put => IsText(put.Entry)), RedisCommandClient.KeysPerScript, RedisCommandClient.BytesPerTrip / 2, put => put.Entry.Content.Length)
            .Concat(puts.Where(put => !IsText(put.Entry)).Select(put => new[] { put }));

    private static bool IsText(StoredEntry entry) => entry.Kind == "string" && UpstashClient.IsText(entry.Content.Span) && UpstashClient.IsText(RedisKey.ToKey(entry.Head.Id));

    private async Task<IEnumerable<string>> PutTextsAsync(IReadOnlyList<RedisPut> puts, CancellationToken cancellationToken)
    {
        object[] arguments = [.. puts.SelectMany(put => new object[] { put.Over, put.Entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "", put.Entry.Content.ToArray() })];
        var reply = await commands.RunScriptAsync("restore", RedisScripts.Restore, [.. puts.Select(put => put.Entry.Head)], arguments, cancellationToken);
        return puts.Where((_, i) => reply[i].Number == 1).Select(put => put.Entry.Head.Id);
    }

    // A key that holds a NUL cannot stand in an address, where REST puts what is no text: its value goes as hex then.
    private async Task<IEnumerable<string>> PutBytesAsync(RedisPut put, CancellationToken cancellationToken)
    {
        var entry = put.Entry;
        var hex = commands.CarriesText && entry.Head.Id.Contains('\0', StringComparison.Ordinal);
        object[] arguments =
        [
            put.Over, entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "0", entry.Kind, hex ? "hex" : "raw",
            hex ? Convert.ToHexString(entry.Content.Span) : entry.Content.ToArray(),
        ];
        var reply = await commands.RunScriptAsync("restore", RedisScripts.RestoreBytes, [entry.Head], arguments, cancellationToken);
        return reply[0].Number == 1 ? [entry.Head.Id] : [];
    }
}
