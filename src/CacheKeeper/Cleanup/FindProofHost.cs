namespace CacheKeeper.Cleanup;

/// <summary>Looks up the newest proof.</summary>
internal delegate Task<NewestProof> FindProof(CancellationToken cancellationToken);
