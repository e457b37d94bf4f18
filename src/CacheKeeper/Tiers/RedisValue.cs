namespace CacheKeeper.Tiers;

/// <summary>One key's value as it was read: within the reply that brought it, so that a copy of millions makes nothing new for each.</summary>
/// <param name="Kind">As in <see cref="StoredEntry"/>.</param>
/// <param name="Ends">Absolute expiry in ms; null when it has none.</param>
internal readonly record struct RedisValue(EntryHead Head, string Kind, long? Ends, ReadOnlyMemory<byte> Content)
{
    public StoredEntry ToEntry() => new(Head with { ExpiresAt = Ends is { } end ? RedisKey.Instant(end) : null }, Kind, Content);
}

/// <summary>One page of keys with their values, which stand until it is disposed.</summary>
/// <param name="Unread">Keys of types that this server does not DUMP.</param>
internal sealed record RedisPage(IReadOnlyList<RedisValue> Values, IReadOnlyList<EntryHead> Unread) : IDisposable
{
    /// <summary>The answers in which the values lie.</summary>
    public IReadOnlyList<RespAnswer> Answers { get; init; } = [];

    public void Dispose()
    {
        foreach (var answer in Answers)
        {
            answer.Dispose();
        }
    }
}
