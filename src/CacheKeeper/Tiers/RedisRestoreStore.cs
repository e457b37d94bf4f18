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
            restored.AddRange(IsText(part[0]) ? await RestoreTextsAsync(part, mode, cancellationToken) : await RestoreBytesAsync(part[0], mode, cancellationToken));
        }

        return new RestoreOutcome { Restored = restored, ExpiredSince = [.. expired], WrittenSince = [.. wanted.Select(entry => entry.Head.Id).Except(restored)] };
    }

    // Many texts go in one script; a value that is no text travels alone.
    private static IEnumerable<IReadOnlyList<StoredEntry>> Parts(IReadOnlyList<StoredEntry> entries) =>
        EntryParts.Of(entries.Where(IsText), RedisCommandClient.KeysPerScript, RedisCommandClient.BytesPerTrip / 2, entry => entry.Content.Length)
            .Concat(entries.Where(entry => !IsText(entry)).Select(entry => new[] { entry }));

    private static bool IsText(StoredEntry entry) => entry.Kind == "string" && UpstashClient.IsText(entry.Content.Span) && UpstashClient.IsText(RedisKey.ToKey(entry.Head.Id));

    private async Task<IEnumerable<string>> RestoreTextsAsync(IReadOnlyList<StoredEntry> entries, RestoreMode mode, CancellationToken cancellationToken)
    {
        object[] arguments = [mode == RestoreMode.Replace ? "1" : "0", .. entries.SelectMany(entry => new object[] { entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "", entry.Content.ToArray() })];
        var reply = await commands.RunScriptAsync("restore", RedisScripts.Restore, [.. entries.Select(entry => entry.Head)], arguments, cancellationToken);
        return entries.Where((_, i) => reply[i].Number == 1).Select(entry => entry.Head.Id);
    }

    // A key that holds a NUL cannot stand in an address, where REST puts what is no text: its value goes as hex then.
    private async Task<IEnumerable<string>> RestoreBytesAsync(StoredEntry entry, RestoreMode mode, CancellationToken cancellationToken)
    {
        var hex = commands.CarriesText && entry.Head.Id.Contains('\0', StringComparison.Ordinal);
        object[] arguments =
        [
            mode == RestoreMode.Replace ? "1" : "0", entry.Head.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "0", entry.Kind, hex ? "hex" : "raw",
            hex ? Convert.ToHexString(entry.Content.Span) : entry.Content.ToArray(),
        ];
        var reply = await commands.RunScriptAsync("restore", RedisScripts.RestoreBytes, [entry.Head], arguments, cancellationToken);
        return reply[0].Number == 1 ? [entry.Head.Id] : [];
    }
}
