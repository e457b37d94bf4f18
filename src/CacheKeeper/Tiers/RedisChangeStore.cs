namespace CacheKeeper.Tiers;

/// <summary>Removes and rewrites keys whose expiry and digest still match, inside one script a part: the check and the change are one step on the server.</summary>
internal sealed class RedisChangeStore(RedisCommandClient commands, RedisEntryStore entries, RedisOwnerStore owners)
{
    // One durable write for so many keys.
    private const int KeysPerReceipt = 2000;

    public async Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        await owners.RefuseForeignAsync(batch.Scope, batch.Entries, cancellationToken);
        var outcome = RemovalOutcome.Nothing;
        foreach (var part in EntryParts.Of(batch.Entries, KeysPerReceipt, RedisCommandClient.BytesPerTrip, entry => entry.Bytes))
        {
            var read = await entries.ReadAsync(part, cancellationToken);
            await receipt(read, cancellationToken);
            var known = read.Select(entry => entry.Head).ToArray();
            var scripts = known.Chunk(RedisCommandClient.KeysPerScript).ToList();
            var replies = await commands.RunScriptsAsync("remove", RedisScripts.Remove, scripts, keys => [RedisKey.Milliseconds(batch.Deadline), .. keys.SelectMany(Version)], cancellationToken);
            outcome = Merge(outcome, part, known, [.. replies.SelectMany(reply => reply)]);
        }

        return outcome;
    }

    public async Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        await owners.RefuseForeignAsync(scope, [.. rewrites.Select(rewrite => rewrite.Entry)], cancellationToken);
        var outcome = RemovalOutcome.Nothing;
        foreach (var part in rewrites.Chunk(RedisCommandClient.KeysPerScript))
        {
            var heads = part.Select(rewrite => rewrite.Entry).ToArray();
            await receipt(await entries.ReadAsync(heads, cancellationToken), cancellationToken);
            var arguments = new List<object> { RedisKey.Milliseconds(deadline) };
            foreach (var rewrite in part)
            {
                arguments.AddRange(Version(rewrite.Entry));
                arguments.Add(rewrite.Endless ? "never" : rewrite.ExpiresAt is { } end ? RedisKey.Milliseconds(end) : "");
                arguments.Add(rewrite.Value?.ToArray() ?? []);
                arguments.Add(rewrite.Value is null ? "0" : "1");
            }

            outcome = Merge(outcome, heads, heads, await commands.RunScriptAsync("rewrite", RedisScripts.Rewrite, heads, arguments, cancellationToken));
        }

        return outcome;
    }

    private static RemovalOutcome Merge(RemovalOutcome sum, IReadOnlyList<EntryHead> asked, IReadOnlyList<EntryHead> tried, IReadOnlyList<RedisReply> replies)
    {
        var done = tried.Where((_, i) => replies[i].Number == 1).Select(entry => entry.Id).ToHashSet();
        return new RemovalOutcome([.. sum.Removed, .. done], [.. sum.Left, .. asked.Select(entry => entry.Id).Where(id => !done.Contains(id))], sum.Failed);
    }

    // The version is the expiry and the digest as the server told them.
    private static object[] Version(EntryHead head) => [.. head.Version.Split(' ', 2)];
}
