namespace CacheKeeper.Tiers;

/// <summary>A tier whose server tells its own time and identity, so that a wrong clock, a swapped database or a superuser is noticed before anything is removed.</summary>
internal interface IClockedTier
{
    Task<ServerSelf> AskServerAsync(CancellationToken cancellationToken);
}
