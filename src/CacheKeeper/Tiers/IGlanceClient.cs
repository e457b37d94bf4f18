namespace CacheKeeper.Tiers;

/// <summary>A way to glance at many keys: absolute expiry, bytes in memory, time since the last use. No values, no versions; no key looks used afterwards.</summary>
internal interface IGlanceClient
{
    /// <summary>One step of SCAN, its error too.</summary>
    Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken);

    /// <summary>Asks for these keys and, behind them, for the next step of the scan; null when there is none.</summary>
    Glance Begin(IReadOnlyList<EntryHead> keys, object[]? step, CancellationToken cancellationToken);
}

/// <summary>A glance under way.</summary>
/// <param name="Heads">The keys that still stand. Throws <see cref="TierException"/>.</param>
/// <param name="Step">The next step of the scan, its error too; null when none was asked for.</param>
internal readonly record struct Glance(Task<List<EntryHead>> Heads, Task<RedisReply>? Step);
