namespace CacheKeeper.Tiers;

/// <summary>Glances by script, over whatever the client speaks: where commands are billed a part of the keys is one.</summary>
internal sealed class ScriptGlanceClient(RedisCommandClient commands) : IGlanceClient
{
    public Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken) => commands.TryAsync(step, cancellationToken);

    public Glance Begin(IReadOnlyList<EntryHead> keys, object[]? step, CancellationToken cancellationToken)
    {
        var parts = keys.Chunk(RedisCommandClient.KeysPerScript).ToList();
        object[][] several = [.. parts.Select(part => RedisCommandClient.Script(RedisScripts.Glance, part, [])), .. step is null ? (object[][])[] : [step]];
        var replies = several.Length == 0 ? Task.FromResult<IReadOnlyList<RedisReply>>([]) : commands.SendAsync(several, cancellationToken);
        return new Glance(ReadAsync(parts, replies), step is null ? null : LastAsync(replies));
    }

    private static async Task<List<EntryHead>> ReadAsync(List<EntryHead[]> parts, Task<IReadOnlyList<RedisReply>> replies)
    {
        var (told, heads) = (await replies, new List<EntryHead>());
        for (var at = 0; at < parts.Count; at++)
        {
            if (RedisCommandClient.Checked("look", told[at]).Bytes is not { } numbers || !GlanceReply.TryRead(numbers, parts[at], heads))
            {
                throw new TierException(TierName.Upstash, "look", "the script answered nonsense");
            }
        }

        return heads;
    }

    private static async Task<RedisReply> LastAsync(Task<IReadOnlyList<RedisReply>> replies) => (await replies)[^1];
}
