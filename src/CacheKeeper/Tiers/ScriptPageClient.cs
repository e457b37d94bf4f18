namespace CacheKeeper.Tiers;

/// <summary>Pages by script, over whatever the client speaks: over REST it is one billed call a part.</summary>
internal sealed class ScriptPageClient(RedisCommandClient commands) : IPageClient
{
    // Over REST each step is a round trip, and billed.
    public int KeysPerStep => 500;

    public int KeysPerPart => 50;

    // The way there and back takes longer than the server does.
    public int PartsAhead => 2;

    public Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken) => commands.TryAsync(step, cancellationToken);

    /// <summary>As many trips as its bytes need; almost always one.</summary>
    public async Task<RedisPage> ReadAsync(IReadOnlyList<EntryHead> part, CancellationToken cancellationToken)
    {
        var (values, unread) = (new List<RedisValue>(part.Count), new List<EntryHead>());
        for (var rest = part; rest.Count > 0;)
        {
            var reply = RedisCommandClient.Checked("read", await commands.TryAsync(RedisCommandClient.Script(RedisScripts.Read, rest, [RedisCommandClient.BytesPerTrip]), cancellationToken));
            rest = (reply.Bytes is { } told ? ValuesReply.Read(told, rest, values, unread) : null) ?? throw new TierException(TierName.Upstash, "read", "the script answered nonsense");
        }

        return new RedisPage(values, unread);
    }
}
