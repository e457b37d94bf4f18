namespace CacheKeeper.Tiers;

/// <summary>A tier whose server tells its own time and identity, so that a wrong clock or a swapped database is noticed before anything is removed.</summary>
internal interface IClockedTier
{
    /// <summary>The server's clock, and a text that changes when another database answers (null: it does not tell).</summary>
    Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken);
}
