namespace CacheKeeper.Tiers;

/// <summary>Sends single commands and scripts over many keys, and turns a refused command into a sentence.</summary>
internal sealed class RedisCommandClient(IRedisClient client)
{
    /// <summary>Keys of one script: few enough that the server is never busy for long.</summary>
    public const int KeysPerScript = 250;

    /// <summary>One script over many keys; its answer has one item a key.</summary>
    public async Task<IReadOnlyList<RedisReply>> RunScriptAsync(string operation, string script, IReadOnlyList<EntryHead> keys, IReadOnlyList<object> arguments, CancellationToken cancellationToken)
    {
        object[] command = ["EVAL", script, keys.Count.ToString(), .. keys.Select(key => RedisKey.ToKey(key.Id)), .. arguments];
        var reply = await SendAsync(operation, command, cancellationToken);
        return reply.Items is { } items && items.Count == keys.Count ? items : throw new TierException(TierName.Upstash, operation, "the script answered nonsense");
    }

    public async Task<RedisReply> SendAsync(string operation, object[] command, CancellationToken cancellationToken)
    {
        var reply = await TryAsync(command, cancellationToken);
        return reply.Error is { } error
            ? throw new TierException(TierName.Upstash, operation, error, error.Contains("NOPERM", StringComparison.Ordinal) ? "Give the keeper a token that may run scripts and SCAN." : "")
            : reply;
    }

    /// <summary>One command whose error is an answer too.</summary>
    public async Task<RedisReply> TryAsync(object[] command, CancellationToken cancellationToken) => (await client.SendAsync([command], cancellationToken))[0];
}
