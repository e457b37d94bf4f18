namespace CacheKeeper.Client.Tiers;

/// <summary>Sends commands to Redis, by REST or by its own protocol.</summary>
internal interface IRedisConnection : IAsyncDisposable
{
    /// <summary>The replies in order; throws when the whole failed. A command that fails has its error in its reply.</summary>
    Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken);
}

/// <summary>One reply: a text or a list of texts, or an error.</summary>
internal sealed record RedisReply(string? Text, IReadOnlyList<string?>? Items, string? Error)
{
    public RedisReply OrThrow() => Error is null ? this : throw new CacheTierException("Redis refused: " + Error);
}
